"""The inbox: updates, messages of chats, submissions in the making, unassigned chats, staff."""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Id, Instant, Json, Name, Sequence

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("chats", sa.Column("reachable", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("chats", sa.Column("unreachable_since", Instant(), nullable=True))
    op.add_column("messages", sa.Column("sender", Json(), nullable=True))
    op.add_column("messages", sa.Column("revisions", Json(), nullable=True))
    op.add_column("messages", sa.Column("revoked_at", Instant(), nullable=True))
    _let_the_outbox_speak_of_no_ticket()
    _inbox()
    _chat_messages()
    _chats_of_nobody()
    op.create_table(
        "staff",
        sa.Column("channel", Name(), nullable=False),
        sa.Column("external_id", Name(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "external_id", name="pk_staff"),
    )


def downgrade() -> None:
    raise NotImplementedError("what customers wrote is not thrown away")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _let_the_outbox_speak_of_no_ticket() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("outbox", "ticket_id", nullable=True)
        return
    # SQLite cannot drop a NOT NULL constraint: the table is rebuilt.
    op.create_table(
        "outbox_anew",
        sa.Column("id", Id(), nullable=False),
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=True),
        sa.Column("message_id", Id(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_outbox_chat_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_outbox_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.execute("INSERT INTO outbox_anew SELECT * FROM outbox")
    op.drop_table("outbox")
    op.rename_table("outbox_anew", "outbox")
    _partial_index("ix_outbox_chat_id_id", "outbox", ["chat_id", "id"], "state = 'pending'")
    _partial_index("ix_outbox_ticket_id_id", "outbox", ["ticket_id", "id"], "state = 'pending'")


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("sequence", Sequence(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name="pk_inbox"),
        sa.UniqueConstraint("channel", "dedup_key", name="uq_inbox_channel_dedup_key"),
        sqlite_autoincrement=True,
    )
    in_order = ["channel", "address", "sequence"]
    _partial_index("ix_inbox_in_turn", "inbox", in_order, "state = 'pending'")
    _partial_index("ix_inbox_held", "inbox", in_order, "state = 'held'")
    _partial_index("ix_inbox_parked", "inbox", ["sequence"], "state = 'parked'")
    _partial_index("ix_inbox_done_at", "inbox", ["done_at"], "state = 'done'")


def _chat_messages() -> None:
    op.create_table(
        "chat_messages",
        sa.Column("sequence", Sequence(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author", Json(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=True),
        sa.Column("gathered", sa.Boolean(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=True),
        sa.Column("message_id", Id(), nullable=True),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.Column("revisions", Json(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_chat_messages_chat_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_chat_messages_ticket_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_chat_messages"),
        sa.UniqueConstraint(
            "channel", "address", "external_id", name="uq_chat_messages_channel_address_external_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_chat_messages_chat_id_occurred_at_sequence",
        "chat_messages",
        ["chat_id", "occurred_at", "sequence"],
    )
    by_time = ["chat_id", "occurred_at", "sequence"]
    _partial_index("ix_chat_messages_gathered", "chat_messages", by_time, "gathered")
    in_album = ["chat_id", "group_key", "sequence"]
    _partial_index("ix_chat_messages_album", "chat_messages", in_album, "group_key IS NOT NULL")
    op.create_table(
        "gatherings",
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_gatherings_chat_id"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_gatherings"),
    )
    op.create_index("ix_gatherings_closes_at", "gatherings", ["closes_at"])


def _chats_of_nobody() -> None:
    op.create_table(
        "unassigned_chats",
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_unassigned_chats_chat_id"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_unassigned_chats"),
    )
    op.create_index("ix_unassigned_chats_last_at_chat_id", "unassigned_chats", ["last_at", "chat_id"])
    op.create_table(
        "notices",
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_notices_chat_id"),
        sa.PrimaryKeyConstraint("chat_id", "kind", "subject", name="pk_notices"),
    )
