"""Fewer indexes of tickets: each is one more write for every submission and every change.

The orders of the list contain the columns of its filters, so that a filter that leaves many tickets needs no
index of its own in every order. The queue has one index for its classified part and one for its unclassified
part.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Indexes = Mapping[str, tuple[Sequence[str], str | None]]
"""Columns and condition of an index, by its name."""

_WAITING = "queue_rank IS NOT NULL"
_TRIAGE = "triage_rank IS NOT NULL"
_KEY = ("received_at", "id")

_BEFORE: Indexes = {
    "ix_tickets_queue_by_status": (("status", "queue_rank", *_KEY), _WAITING),
    "ix_tickets_queue_by_customer": (("customer_id", "queue_rank", *_KEY), _WAITING),
    "ix_tickets_queue_triage_by_customer": (("customer_id", "triage_rank", *_KEY), _TRIAGE),
    "ix_tickets_created_at_id": (("created_at", "id"), None),
    "ix_tickets_updated_at_id": (("updated_at", "id"), None),
    "ix_tickets_rank_received_at_id": (("rank", *_KEY), None),
    "ix_tickets_rank_created_at_id": (("rank", "created_at", "id"), None),
    "ix_tickets_customer_id_updated_at_id": (("customer_id", "updated_at", "id"), None),
    "ix_tickets_status_updated_at_id": (("status", "updated_at", "id"), None),
}
_AFTER: Indexes = {
    "ix_tickets_queue_classified": (("queue_rank", *_KEY), f"{_WAITING} AND triage_rank IS NULL"),
    "ix_tickets_queue_by_customer": (("customer_id", "queue_rank", *_KEY, "triage_rank"), _WAITING),
    "ix_tickets_by_creation": (("created_at", "id", "rank"), None),
    "ix_tickets_by_change": (
        ("updated_at", "id", "status", "rank", "category", "outcome", "channel", "assignee", "customer_id"),
        None,
    ),
    "ix_tickets_by_priority": (
        ("rank", *_KEY, "category", "outcome", "channel", "customer_id"),
        None,
    ),
}


def upgrade() -> None:
    _replace(_BEFORE, _AFTER)


def downgrade() -> None:
    _replace(_AFTER, _BEFORE)


def _replace(old: Indexes, new: Indexes) -> None:
    for name in old:
        op.drop_index(name, "tickets")
    for name, (columns, where) in new.items():
        condition = None if where is None else sa.text(where)
        op.create_index(name, "tickets", columns, sqlite_where=condition, postgresql_where=condition)
