"""Runs migrations on the connection that is given; who gives it begins and ends the transaction."""

from alembic import context

from app.adapters.sql.schema.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=False,  # one transaction around all of them is there already
)
context.run_migrations()
