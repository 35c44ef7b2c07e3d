"""Working chats first: a pace of unassigned chats, their line in the outbox, the age of held updates.

The index of the outbox's line tells parts for customers from those for unassigned chats without reading rows.
"""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Instant

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

_LINE = ("chat_id", "sequence", "state")


def upgrade() -> None:
    op.add_column("channels", sa.Column("unassigned_at", Instant(), nullable=True))
    _line_of(*_LINE, "customer_id")
    held = sa.text("state = 'held'")
    op.create_index(
        "ix_inbox_held_received_at", "inbox", ["received_at"], sqlite_where=held, postgresql_where=held
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_held_received_at", "inbox")
    _line_of(*_LINE)
    op.drop_column("channels", "unassigned_at")


def _line_of(*columns: str) -> None:
    waiting = sa.text("state IN ('pending', 'leased')")
    op.drop_index("ix_outbox_line", "outbox")
    op.create_index("ix_outbox_line", "outbox", columns, sqlite_where=waiting, postgresql_where=waiting)
