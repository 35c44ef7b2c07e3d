"""The migration tool, which is only loaded if a migration is missing."""

from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.adapters.sql.migrate.revisions import MIGRATIONS


def upgrade(connection: Connection) -> list[str]:
    """Apply missing revisions in the transaction of the connection, and return them."""
    scripts = _scripts()
    applied: list[str] = []

    def steps(present: Any, context: MigrationContext) -> list[RevisionStep]:  # noqa: ANN401, ARG001 - alembic's
        wanted = scripts._upgrade_revs("heads", present)  # noqa: SLF001 - as alembic's own command does
        applied.extend(step.revision.revision for step in wanted)
        return wanted

    config = Config()
    config.attributes["connection"] = connection
    with EnvironmentContext(config, scripts, fn=steps):
        scripts.run_env()
    return applied


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)
