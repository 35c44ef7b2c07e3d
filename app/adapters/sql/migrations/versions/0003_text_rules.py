"""Findings in texts: notes on language, triage hints and the order of triage."""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Json

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

_TRIAGE = sa.text("triage_rank IS NOT NULL")
_INDEXES = {
    "ix_tickets_queue_triage": ["triage_rank", "received_at", "id"],
    "ix_tickets_queue_triage_by_customer": ["customer_id", "triage_rank", "received_at", "id"],
}


def upgrade() -> None:
    op.add_column("tickets", sa.Column("language", Json(), nullable=True))
    op.add_column("tickets", sa.Column("hints", Json(), nullable=True))
    op.add_column("tickets", sa.Column("triage_rank", sa.Integer(), nullable=True))
    op.add_column("events", sa.Column("hints", Json(), nullable=True))
    # Waiting tickets were not judged: none of them has a suspected outage.
    op.execute(
        "UPDATE tickets SET triage_rank = 2 * queue_rank + 1 WHERE status = 'new' AND queue_rank IS NOT NULL"
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "tickets", columns, sqlite_where=_TRIAGE, postgresql_where=_TRIAGE)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "tickets")
    op.drop_column("events", "hints")
    for column in ("triage_rank", "hints", "language"):
        op.drop_column("tickets", column)
