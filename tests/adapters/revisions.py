"""The revisions of the schema, and databases that stopped at one of them."""

from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection

from app.adapters.sql.migrate.upgrade import _scripts

REVISIONS = [script.revision for script in _scripts().walk_revisions()][::-1]
"""All of them, oldest first."""


def upgrade_to(connection: Connection, revision: str) -> None:
    """Apply what is missing up to a revision, in the transaction of the connection."""
    scripts, config = _scripts(), Config()
    config.attributes["connection"] = connection

    def steps(present: Any, _: Any) -> Any:
        return scripts._upgrade_revs(revision, present)

    with EnvironmentContext(config, scripts, fn=steps):
        scripts.run_env()
