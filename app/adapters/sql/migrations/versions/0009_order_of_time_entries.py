"""Time entries in the order in which they were stored: an id is made before its ticket is locked."""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Id, Instant, Name, Sequence

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEPT = (
    "id, ticket_id, customer_id, minutes, agent, performed_at, counted_at, counts, activity, note, reverses, "
    "created_at"
)


def upgrade() -> None:
    _made_anew(
        sa.Column("sequence", Sequence(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_time_entries"),
        sa.UniqueConstraint("id", name="uq_time_entries_id"),
        order="sequence",
    )


def downgrade() -> None:
    _made_anew(sa.PrimaryKeyConstraint("id", name="pk_time_entries"), order="id")


def _made_anew(*own: sa.schema.SchemaItem, order: str) -> None:
    # The order of storing is a primary key, which neither engine adds to a table.
    op.execute(f"CREATE TABLE time_entries_kept AS SELECT {_KEPT} FROM time_entries")  # noqa: S608 - ours
    op.drop_table("time_entries")
    op.create_table(
        "time_entries",
        *own,
        sa.Column("id", Id(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=False),
        sa.Column("customer_id", Name(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("performed_at", Instant(), nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reverses", Id(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_time_entries_customer_id"),
        sa.ForeignKeyConstraint(["reverses"], ["time_entries.id"], name="fk_time_entries_reverses"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_time_entries_ticket_id"),
        sqlite_autoincrement=order == "sequence",
    )
    op.execute(
        f"INSERT INTO time_entries ({_KEPT}) SELECT {_KEPT} FROM time_entries_kept ORDER BY id"  # noqa: S608 - ours
    )
    op.execute("DROP TABLE time_entries_kept")
    op.create_index("ix_time_entries_customer_id_counted_at", "time_entries", ["customer_id", "counted_at"])
    reverses = sa.text("reverses IS NOT NULL")
    op.create_index(
        "ix_time_entries_reverses",
        "time_entries",
        ["reverses"],
        sqlite_where=reverses,
        postgresql_where=reverses,
    )
    op.create_index(f"ix_time_entries_ticket_id_{order}", "time_entries", ["ticket_id", order])
