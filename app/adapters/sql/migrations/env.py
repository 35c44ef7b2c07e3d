"""Entry point of alembic: runs migrations on a given connection, inside the caller's transaction."""

from alembic import context

from app.adapters.sql.schema.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=False,  # the caller has begun one transaction around all of them
)
context.run_migrations()
