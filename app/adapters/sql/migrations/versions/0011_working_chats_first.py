"""Working chats first: a pace and a line of unassigned chats, and the bounds of what is held for them.

The indexes of the outbox's line and of held updates contain all that their queries ask, so that these read no
rows of unassigned chats.
"""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WAITING = "state IN ('pending', 'leased')"
_HELD = "state = 'held'"
_LINE = ("chat_id", "sequence", "state")
_HELD_OF_CHAT = ("channel", "address", "sequence")


def upgrade() -> None:
    op.add_column("channels", sa.Column("unassigned_at", Instant(), nullable=True))
    op.drop_index("ix_outbox_line", "outbox")
    _index("ix_outbox_line", "outbox", *_LINE, "customer_id", where=_WAITING)
    op.drop_index("ix_inbox_held", "inbox")
    _index("ix_inbox_held", "inbox", *_HELD_OF_CHAT, "state", where=_HELD)
    _index("ix_inbox_held_received_at", "inbox", "received_at", where=_HELD)


def downgrade() -> None:
    op.drop_index("ix_inbox_held_received_at", "inbox")
    op.drop_index("ix_inbox_held", "inbox")
    _index("ix_inbox_held", "inbox", *_HELD_OF_CHAT, where=_HELD)
    op.drop_index("ix_outbox_line", "outbox")
    _index("ix_outbox_line", "outbox", *_LINE, where=_WAITING)
    op.drop_column("channels", "unassigned_at")


def _index(name: str, table: str, *columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
