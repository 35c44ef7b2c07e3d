"""Topics of forums, and an index of parts sent long ago."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("tickets", "chat_messages", "outbox"):
        op.add_column(table, sa.Column("topic", sa.String(), nullable=True))
    ended = sa.text("state IN ('sent', 'cancelled')")
    op.create_index("ix_outbox_ended", "outbox", ["state_at"], sqlite_where=ended, postgresql_where=ended)


def downgrade() -> None:
    op.drop_index("ix_outbox_ended", "outbox")
    for table in ("outbox", "chat_messages", "tickets"):
        op.drop_column(table, "topic")
