"""The outbox's parts and states, the state of channels, and the reachability of chats."""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Id, Instant, Name, Sequence

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEPT = "id, chat_id, ticket_id, message_id, kind, text, created_at, state, state_at"


def upgrade() -> None:
    _outbox()
    _channels()
    _index("ix_tickets_resume_at_id", "tickets", ["resume_at", "id"], where="resume_at IS NOT NULL")


def downgrade() -> None:
    raise NotImplementedError("what was sent cannot be told in the old schema")


def _outbox() -> None:
    # The order of a chat is a primary key, which neither engine adds to a table: the table is rebuilt.
    op.execute(f"CREATE TABLE outbox_kept AS SELECT {_KEPT} FROM outbox")  # noqa: S608 - ours
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("sequence", Sequence(), autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("customer_id", Name(), nullable=True),
        sa.Column("ticket_id", Id(), nullable=True),
        sa.Column("message_id", Id(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reply_to", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("lease_token", Id(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_outbox_chat_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_outbox_ticket_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO outbox (id, chat_id, customer_id, ticket_id, message_id, kind, part, parts, text, "
        "created_at, state, state_at, attempts, repeated) "
        "SELECT k.id, k.chat_id, t.customer_id, k.ticket_id, k.message_id, k.kind, 1, 1, k.text, "
        "k.created_at, k.state, k.state_at, 0, false "
        "FROM outbox_kept AS k JOIN tickets AS t ON t.id = k.ticket_id ORDER BY k.id"
    )
    op.execute("DROP TABLE outbox_kept")
    waiting = "state IN ('pending', 'leased')"
    _index("ix_outbox_line", "outbox", ["chat_id", "sequence", "state"], where=waiting)
    _index("ix_outbox_lease_until", "outbox", ["lease_until"], where="state = 'leased'")
    _index("ix_outbox_troubled", "outbox", ["sequence"], where="state IN ('unknown', 'dead')")
    _index("ix_outbox_id_part", "outbox", ["id", "part"], where="parts > 1")


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("full_at", Instant(), nullable=True),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_chat", Id(), nullable=True),
        sa.Column("spread", sa.Boolean(), nullable=False),
        sa.Column("down_since", Instant(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("probe_at", Instant(), nullable=True),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channels"),
    )
    op.create_table(
        "chat_paces",
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("throttled_until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_chat_paces_chat_id"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chat_paces"),
    )
    op.create_table(
        "relays",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("beat_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_relays"),
    )


def _index(name: str, table: str, columns: list[str], *, where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
