"""The first schema."""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Id, Instant, Json, Name, Sequence

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_WAITING = sa.text("queue_rank IS NOT NULL")
_STILL_TO_SEND = sa.text("state = 'pending'")


def upgrade() -> None:
    _customers()
    _tickets()
    _histories()
    _calendar()
    _service()
    if op.get_bind().dialect.name == "sqlite":
        # One row per ticket, by number, with every stem once: see dialect_sqlite.py.
        op.execute(
            "CREATE VIRTUAL TABLE ticket_search USING fts5"
            "(stems, tokenize = 'ascii', detail = 'none', columnsize = 0)"
        )
    else:
        # The same in an array: see dialect_postgres.py.
        op.execute(
            "CREATE TABLE ticket_search "
            "(number bigint PRIMARY KEY REFERENCES tickets (number), stems text[] NOT NULL)"
        )
        op.execute("CREATE INDEX ix_ticket_search_stems ON ticket_search USING gin (stems)")
        # A lower sequence may commit later, so a feed is ordered by transaction and sequence, and shows
        # the rows below the oldest running transaction: pg_snapshot_xmin(pg_current_snapshot()).
        op.execute("ALTER TABLE events ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id()")
        op.execute("CREATE INDEX ix_events_transaction_sequence ON events (transaction, sequence)")


def downgrade() -> None:
    raise NotImplementedError("there is no schema before the first one")


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", Name(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contract_accepted_on", sa.Date(), nullable=True),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("paid_until", sa.Date(), nullable=True),
        sa.Column("tariffs", Json(), nullable=False),
        sa.Column("exclusive_version", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_table(
        "chats",
        sa.Column("id", Id(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("customer_id", Name(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("assigned_at", Instant(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_chats_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chats"),
    )
    op.create_index("ix_chats_customer_id_assigned_at_id", "chats", ["customer_id", "assigned_at", "id"])
    op.create_table(
        "chat_addresses",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("chat_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_chat_addresses_chat_id"),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_chat_addresses"),
    )
    op.create_index("ix_chat_addresses_address", "chat_addresses", ["address"])
    op.create_index("ix_chat_addresses_chat_id", "chat_addresses", ["chat_id"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", Sequence(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("customer_id", Name(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("author", Json(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reproduction_steps", Json(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("impact", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("queue_rank", sa.Integer(), nullable=True),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("resume_at", Instant(), nullable=True),
        sa.Column("development", Json(), nullable=True),
        sa.Column("release", Json(), nullable=True),
        sa.Column("settlement", Json(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("has_words", sa.Boolean(), nullable=False),
        sa.Column("obscene_level", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_tickets_chat_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_tickets_customer_id"),
        sa.PrimaryKeyConstraint("number", name="pk_tickets"),
        sa.UniqueConstraint("customer_id", "external_id", name="uq_tickets_customer_id_external_id"),
        sa.UniqueConstraint("id", name="uq_tickets_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_tickets_assignee_created_at_id",
        "tickets",
        ["assignee", "created_at", "id"],
        sqlite_where=sa.text("assignee IS NOT NULL"),
        postgresql_where=sa.text("assignee IS NOT NULL"),
    )
    op.create_index("ix_tickets_category_created_at_id", "tickets", ["category", "created_at", "id"])
    op.create_index("ix_tickets_channel_created_at_id", "tickets", ["channel", "created_at", "id"])
    op.create_index("ix_tickets_chat_id_created_at_id", "tickets", ["chat_id", "created_at", "id"])
    op.create_index("ix_tickets_created_at_id", "tickets", ["created_at", "id"])
    op.create_index("ix_tickets_customer_id_created_at_id", "tickets", ["customer_id", "created_at", "id"])
    op.create_index("ix_tickets_customer_id_updated_at_id", "tickets", ["customer_id", "updated_at", "id"])
    op.create_index(
        "ix_tickets_external_id",
        "tickets",
        ["external_id"],
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index("ix_tickets_outcome_created_at_id", "tickets", ["outcome", "created_at", "id"])
    op.create_index(
        "ix_tickets_queue",
        "tickets",
        ["queue_rank", "received_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_tickets_queue_by_customer",
        "tickets",
        ["customer_id", "queue_rank", "received_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_tickets_queue_by_status",
        "tickets",
        ["status", "queue_rank", "received_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("ix_tickets_rank_created_at_id", "tickets", ["rank", "created_at", "id"])
    op.create_index("ix_tickets_rank_received_at_id", "tickets", ["rank", "received_at", "id"])
    op.create_index("ix_tickets_status_created_at_id", "tickets", ["status", "created_at", "id"])
    op.create_index(
        "ix_tickets_status_rank_received_at_id", "tickets", ["status", "rank", "received_at", "id"]
    )
    op.create_index("ix_tickets_status_updated_at_id", "tickets", ["status", "updated_at", "id"])
    op.create_index("ix_tickets_updated_at_id", "tickets", ["updated_at", "id"])
    op.create_table(
        "ticket_reasons",
        sa.Column("ticket_id", Id(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_reasons_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "reason", name="pk_ticket_reasons"),
    )
    op.create_index("ix_ticket_reasons_reason_ticket_id", "ticket_reasons", ["reason", "ticket_id"])


def _histories() -> None:
    op.create_table(
        "rulings",
        sa.Column("sequence", Sequence(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("decision", Json(), nullable=False),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_rulings_ticket_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_rulings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rulings_ticket_id_sequence", "rulings", ["ticket_id", "sequence"])
    op.create_table(
        "events",
        sa.Column("sequence", Sequence(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=False),
        sa.Column("customer_id", Name(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status_from", sa.String(), nullable=True),
        sa.Column("status_to", sa.String(), nullable=False),
        sa.Column("changes", Json(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("decision_id", Id(), nullable=True),
        sa.Column("message_id", Id(), nullable=True),
        sa.Column("time_entry_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_events_ticket_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_ticket_id_sequence", "events", ["ticket_id", "sequence"])
    op.create_table(
        "messages",
        sa.Column("sequence", Sequence(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("delivery_state", sa.String(), nullable=True),
        sa.Column("delivery_at", Instant(), nullable=True),
        sa.Column("delivery_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_messages_ticket_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_ticket_id_sequence", "messages", ["ticket_id", "sequence"])
    op.create_table(
        "outbox",
        sa.Column("id", Id(), nullable=False),
        sa.Column("chat_id", Id(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=False),
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
    op.create_index(
        "ix_outbox_chat_id_id",
        "outbox",
        ["chat_id", "id"],
        sqlite_where=_STILL_TO_SEND,
        postgresql_where=_STILL_TO_SEND,
    )
    op.create_index(
        "ix_outbox_ticket_id_id",
        "outbox",
        ["ticket_id", "id"],
        sqlite_where=_STILL_TO_SEND,
        postgresql_where=_STILL_TO_SEND,
    )
    op.create_table(
        "time_entries",
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
        sa.PrimaryKeyConstraint("id", name="pk_time_entries"),
    )
    op.create_index("ix_time_entries_customer_id_counted_at", "time_entries", ["customer_id", "counted_at"])
    op.create_index(
        "ix_time_entries_reverses",
        "time_entries",
        ["reverses"],
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.create_index("ix_time_entries_ticket_id_id", "time_entries", ["ticket_id", "id"])


def _calendar() -> None:
    op.create_table(
        "calendar_exceptions",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hours", Json(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_calendar_exceptions"),
    )
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_version"),
    )
    op.execute("INSERT INTO calendar_version (id, version) VALUES (1, 0)")


def _service() -> None:
    op.create_table(
        "answers",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", Json(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "key", name="pk_answers"),
    )
    op.create_index("ix_answers_created_at", "answers", ["created_at"])
    op.create_table(
        "api_keys",
        sa.Column("id", Name(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("scopes", Json(), nullable=False),
        sa.Column("customer_id", Name(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("secret_sha256", name="uq_api_keys_secret_sha256"),
    )
    op.create_table(
        "write_probes",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filler", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_write_probes"),
    )
