"""Migrations on PostgreSQL: one transaction under an advisory lock, safe between processes."""

from sqlalchemy import Connection

from app.adapters.sql.engines.postgres import (
    as_application_error,
    driver_of,
    in_own_loop,
    postgres_engine,
)
from app.adapters.sql.migrate.revisions import is_current

MIGRATION_LOCK = 0x6A_6F_6B_65_72
"""Any number that no other program uses for an advisory lock."""

_BEGIN = f"BEGIN; SET LOCAL lock_timeout = 60000; SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"


def migrate_postgres(url: str) -> list[str]:
    """Apply missing revisions and return them, oldest first.

    Raises StoreUnavailableError if the server cannot be reached or written.
    """
    return in_own_loop(lambda: _migrate(url))


async def _migrate(url: str) -> list[str]:
    # Prepared statements are not needed here, so a pooler does no harm.
    engine = postgres_engine(url, pooled=False, behind_pooler=True)
    try:
        async with engine.connect() as connection:
            if await connection.run_sync(is_current):
                return []
        async with engine.connect() as connection:
            driver = await driver_of(connection)
            await driver.execute(_BEGIN)
            applied = await connection.run_sync(_upgraded)
            await driver.execute("COMMIT")
            return applied
    except Exception as error:  # noqa: BLE001 - raised again, as the application's error
        raise as_application_error(error)  # noqa: B904 - it has its own cause
    finally:
        await engine.dispose()


def _upgraded(connection: Connection) -> list[str]:
    from app.adapters.sql.migrate.upgrade import upgrade  # noqa: PLC0415 - as on SQLite

    with connection.begin():  # so that alembic neither begins nor commits; the driver does
        return upgrade(connection)
