"""The schema: one SQLModel class per table. Rows are read and written by Core statements only.

Values of closed sets are stored as their text. Rows of a ticket are found by ticket and in the order of
storing, because ids are made before the ticket is locked. The full-text indexes, and the order of the event
feed on PostgreSQL, are defined elsewhere: see the dialects and the migrations.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint, false, text, true
from sqlmodel import Field, SQLModel

from app.adapters.sql.schema.types import Id, Instant, Json, Name, Sequence

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

WAITING = "queue_rank IS NOT NULL"
"""The condition of partial indexes on tickets that wait unassigned."""

TRIAGE = "triage_rank IS NOT NULL"
"""The same for waiting tickets that are not classified."""

CLASSIFIED = f"{WAITING} AND triage_rank IS NULL"
"""The same for waiting tickets that are classified."""

STILL_TO_SEND = "state IN ('pending', 'leased')"
"""The condition of parts that wait in their chat's order."""

UNDER_WAY = "state = 'leased'"
TROUBLED = "state IN ('unknown', 'dead')"
CUT = "parts > 1"
ENDED = "state IN ('sent', 'cancelled')"
"""The condition of parts that need no more attention."""

IN_TURN = "state = 'pending'"
HELD = "state = 'held'"
PARKED = "state = 'parked'"
DONE = "state = 'done'"
"""Conditions on states of the inbox, as its partial indexes and their queries use them."""

GATHERED = "gathered"
IN_ALBUM = "group_key IS NOT NULL"

STILL_TO_FETCH = "state = 'pending'"


def table_of(row: type[SQLModel]) -> Table:
    """Return the Core table of a row class."""
    table: Table = row.__table__  # type: ignore[attr-defined]  # SQLModel declares it at run time only
    return table


def _belongs_to(parent: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [f"{parent}.id"])


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class CustomerRow(SQLModel, table=True):
    __tablename__ = "customers"

    id: str = Field(sa_type=Name, primary_key=True)
    name: str
    contract_accepted_on: date | None
    licence: str
    paid_until: date | None
    tariffs: list[Any] = Field(sa_type=Json)
    exclusive_version: bool
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int


class ChatRow(SQLModel, table=True):
    """A chat; `address` is the current one, and every address ever used is a `ChatAddressRow`."""

    __tablename__ = "chats"
    __table_args__: ClassVar[Any] = (
        _belongs_to("customers", "customer_id"),
        Index("ix_chats_customer_id_assigned_at_id", "customer_id", "assigned_at", "id"),
    )

    id: str = Field(sa_type=Id, primary_key=True)
    channel: str
    address: str
    customer_id: str | None = Field(sa_type=Name)
    title: str | None
    assigned_at: datetime | None = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int
    private: bool = Field(sa_column_kwargs={"server_default": false()})
    reachable: bool = Field(sa_column_kwargs={"server_default": true()})
    unreachable_since: datetime | None = Field(sa_type=Instant)


class ChatAddressRow(SQLModel, table=True):
    __tablename__ = "chat_addresses"
    __table_args__: ClassVar[Any] = (
        _belongs_to("chats", "chat_id"),
        Index("ix_chat_addresses_address", "address"),
        Index("ix_chat_addresses_chat_id", "chat_id"),
    )

    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    chat_id: str = Field(sa_type=Id)


class TicketRow(SQLModel, table=True):
    """A ticket; `rank` is the place of its priority among all, or one more without a priority.

    `queue_rank` is the rank while the ticket waits unassigned, otherwise NULL. With a condition on `status`
    SQLite would serve the queue by an index on `status`, and sort all waiting tickets. `outcome` is that of
    the latest decision. `triage_rank` is `app.domain.tickets.queue.triage_rank` while the ticket waits
    unassigned for classification, otherwise NULL.
    """

    __tablename__ = "tickets"
    __table_args__: ClassVar[Any] = (
        _belongs_to("customers", "customer_id"),
        _belongs_to("chats", "chat_id"),
        UniqueConstraint("id"),
        UniqueConstraint("customer_id", "external_id"),
        # Of the queue: all of it, its classified part, its unclassified part, and one customer's.
        _partial("ix_tickets_queue", "queue_rank", "received_at", "id", where=WAITING),
        _partial("ix_tickets_queue_classified", "queue_rank", "received_at", "id", where=CLASSIFIED),
        _partial("ix_tickets_queue_triage", "triage_rank", "received_at", "id", where=TRIAGE),
        _partial(
            "ix_tickets_queue_by_customer",
            *("customer_id", "queue_rank", "received_at", "id", "triage_rank"),
            where=WAITING,
        ),
        # Of the orders of the list, each with the columns of filters that may leave many tickets.
        Index("ix_tickets_by_creation", "created_at", "id", "rank"),
        Index(
            "ix_tickets_by_change",
            *("updated_at", "id", "status", "rank", "category", "outcome", "channel", "assignee"),
            "customer_id",
        ),
        Index(
            "ix_tickets_by_priority",
            *("rank", "received_at", "id", "category", "outcome", "channel", "customer_id"),
        ),
        # Of its filters, most of them with the default order of the list.
        Index("ix_tickets_customer_id_created_at_id", "customer_id", "created_at", "id"),
        Index("ix_tickets_chat_id_created_at_id", "chat_id", "created_at", "id"),
        Index("ix_tickets_channel_created_at_id", "channel", "created_at", "id"),
        Index("ix_tickets_status_created_at_id", "status", "created_at", "id"),
        Index("ix_tickets_status_rank_received_at_id", "status", "rank", "received_at", "id"),
        Index("ix_tickets_category_created_at_id", "category", "created_at", "id"),
        Index("ix_tickets_outcome_created_at_id", "outcome", "created_at", "id"),
        _partial(
            "ix_tickets_assignee_created_at_id",
            *("assignee", "created_at", "id"),
            where="assignee IS NOT NULL",
        ),
        _partial("ix_tickets_external_id", "external_id", where="external_id IS NOT NULL"),
        # Of deferrals that end by themselves.
        _partial("ix_tickets_resume_at_id", "resume_at", "id", where="resume_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    id: str = Field(sa_type=Id)
    external_id: str | None
    customer_id: str = Field(sa_type=Name)
    channel: str
    chat_id: str = Field(sa_type=Id)
    author: dict[str, Any] | None = Field(sa_type=Json)
    subject: str | None
    text: str
    reproduction_steps: list[str] = Field(sa_type=Json)
    category: str | None
    impact: str
    status: str
    rank: int
    queue_rank: int | None
    assignee: str | None
    resume_at: datetime | None = Field(sa_type=Instant)
    development: dict[str, Any] | None = Field(sa_type=Json)
    release: dict[str, Any] | None = Field(sa_type=Json)
    settlement: dict[str, Any] | None = Field(sa_type=Json)
    outcome: str | None
    received_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int
    has_words: bool
    obscene_level: str | None
    language: dict[str, Any] | None = Field(sa_type=Json)
    hints: dict[str, Any] | None = Field(sa_type=Json)
    triage_rank: int | None
    topic: str | None


class TicketReasonRow(SQLModel, table=True):
    """A reason of the latest decision of a ticket."""

    __tablename__ = "ticket_reasons"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        Index("ix_ticket_reasons_reason_ticket_id", "reason", "ticket_id"),
    )

    ticket_id: str = Field(sa_type=Id, primary_key=True)
    reason: str = Field(primary_key=True)


class RulingRow(SQLModel, table=True):
    """A decision; `sequence`, here and below, is the order in which rows of one ticket were stored.

    Ids don't have this order: they are made before the transaction, which may wait behind a later one.
    """

    __tablename__ = "rulings"
    __table_args__: ClassVar[Any] = (
        _belongs_to("tickets", "ticket_id"),
        Index("ix_rulings_ticket_id_sequence", "ticket_id", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    ticket_id: str = Field(sa_type=Id)
    id: str = Field(sa_type=Id)
    decision: dict[str, Any] = Field(sa_type=Json)
    facts: dict[str, Any] = Field(sa_type=Json)
    decided_at: datetime = Field(sa_type=Instant)
    edition: str


class EventRow(SQLModel, table=True):
    """An event; `sequence` is the order of storing across tickets too, on PostgreSQL per transaction only."""

    __tablename__ = "events"
    __table_args__: ClassVar[Any] = (
        _belongs_to("tickets", "ticket_id"),
        Index("ix_events_ticket_id_sequence", "ticket_id", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    id: str = Field(sa_type=Id)
    ticket_id: str = Field(sa_type=Id)
    customer_id: str = Field(sa_type=Name)
    type: str
    actor_kind: str
    actor_name: str | None
    at: datetime = Field(sa_type=Instant)
    status_from: str | None
    status_to: str
    changes: dict[str, Any] = Field(sa_type=Json)
    cause: str | None
    note: str | None
    decision_id: str | None = Field(sa_type=Id)
    message_id: str | None = Field(sa_type=Id)
    time_entry_id: str | None = Field(sa_type=Id)
    hints: dict[str, Any] | None = Field(sa_type=Json)


class MessageRow(SQLModel, table=True):
    __tablename__ = "messages"
    __table_args__: ClassVar[Any] = (
        _belongs_to("tickets", "ticket_id"),
        Index("ix_messages_ticket_id_sequence", "ticket_id", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    ticket_id: str = Field(sa_type=Id)
    id: str = Field(sa_type=Id)
    author: str
    agent: str | None
    text: str
    sent_at: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    delivery_state: str | None
    delivery_at: datetime | None = Field(sa_type=Instant)
    delivery_error: str | None
    sender: dict[str, Any] | None = Field(sa_type=Json)
    revisions: list[Any] | None = Field(sa_type=Json)
    revoked_at: datetime | None = Field(sa_type=Instant)


class OutboxRow(SQLModel, table=True):
    """A part of an outgoing message; `sequence` is the order of a chat, and all parts share an `id`."""

    __tablename__ = "outbox"
    __table_args__: ClassVar[Any] = (
        _belongs_to("tickets", "ticket_id"),
        _belongs_to("chats", "chat_id"),
        _partial("ix_outbox_line", "chat_id", "sequence", "state", "customer_id", where=STILL_TO_SEND),
        _partial("ix_outbox_lease_until", "lease_until", where=UNDER_WAY),
        _partial("ix_outbox_troubled", "sequence", where=TROUBLED),
        _partial("ix_outbox_id_part", "id", "part", where=CUT),
        _partial("ix_outbox_ended", "state_at", where=ENDED),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    id: str = Field(sa_type=Id)
    chat_id: str = Field(sa_type=Id)
    customer_id: str | None = Field(sa_type=Name)
    ticket_id: str | None = Field(sa_type=Id)
    message_id: str | None = Field(sa_type=Id)
    kind: str
    part: int
    parts: int
    text: str
    reply_to: str | None
    created_at: datetime = Field(sa_type=Instant)
    not_before: datetime | None = Field(sa_type=Instant)
    state: str
    state_at: datetime = Field(sa_type=Instant)
    attempts: int
    repeated: bool
    lease_until: datetime | None = Field(sa_type=Instant)
    lease_token: str | None = Field(sa_type=Id)
    error_code: str | None
    external_id: str | None
    topic: str | None


class ChannelRow(SQLModel, table=True):
    """The state of a channel: its pace, the provider's limits, and its breaker."""

    __tablename__ = "channels"

    channel: str = Field(primary_key=True)
    full_at: datetime | None = Field(sa_type=Instant)
    paused_until: datetime | None = Field(sa_type=Instant)
    failures: int
    failing_chat: str | None = Field(sa_type=Id)
    spread: bool
    down_since: datetime | None = Field(sa_type=Instant)
    code: str | None
    probe_at: datetime | None = Field(sa_type=Instant)
    probes: int
    unassigned_at: datetime | None = Field(sa_type=Instant)


class ChatPaceRow(SQLModel, table=True):
    """The end of a chat's rest, and the end of a rest that the provider requested."""

    __tablename__ = "chat_paces"
    __table_args__: ClassVar[Any] = (_belongs_to("chats", "chat_id"),)

    chat_id: str = Field(sa_type=Id, primary_key=True)
    channel: str
    next_at: datetime = Field(sa_type=Instant)
    throttled_until: datetime | None = Field(sa_type=Instant)


class RelayRow(SQLModel, table=True):
    __tablename__ = "relays"

    name: str = Field(primary_key=True)
    beat_at: datetime = Field(sa_type=Instant)


class InboxRow(SQLModel, table=True):
    """An update as received; `address` is empty for an update without a chat, because NULLs differ."""

    __tablename__ = "inbox"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("channel", "dedup_key"),
        _partial("ix_inbox_in_turn", "channel", "address", "sequence", where=IN_TURN),
        _partial("ix_inbox_held", "channel", "address", "sequence", "state", where=HELD),
        _partial("ix_inbox_held_received_at", "received_at", where=HELD),
        _partial("ix_inbox_parked", "sequence", where=PARKED),
        _partial("ix_inbox_done_at", "done_at", where=DONE),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    channel: str
    dedup_key: str
    address: str
    raw: bytes
    received_at: datetime = Field(sa_type=Instant)
    state: str
    attempts: int
    due_at: datetime = Field(sa_type=Instant)
    error: str | None
    done_at: datetime | None = Field(sa_type=Instant)


class ChatMessageRow(SQLModel, table=True):
    """The provider's identity of every message in and out, and its place in the desk."""

    __tablename__ = "chat_messages"
    __table_args__: ClassVar[Any] = (
        _belongs_to("chats", "chat_id"),
        _belongs_to("tickets", "ticket_id"),
        UniqueConstraint("channel", "address", "external_id"),
        Index("ix_chat_messages_chat_id_occurred_at_sequence", "chat_id", "occurred_at", "sequence"),
        _partial("ix_chat_messages_gathered", "chat_id", "occurred_at", "sequence", where=GATHERED),
        _partial("ix_chat_messages_album", "chat_id", "group_key", "sequence", where=IN_ALBUM),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    channel: str
    address: str
    external_id: str
    chat_id: str = Field(sa_type=Id)
    kind: str
    author: dict[str, Any] = Field(sa_type=Json)
    text: str
    occurred_at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    files: list[Any] = Field(sa_type=Json)
    group_key: str | None
    gathered: bool
    ticket_id: str | None = Field(sa_type=Id)
    message_id: str | None = Field(sa_type=Id)
    edited_at: datetime | None = Field(sa_type=Instant)
    revisions: list[Any] = Field(sa_type=Json)
    revoked_at: datetime | None = Field(sa_type=Instant)
    topic: str | None


class GatheringRow(SQLModel, table=True):
    __tablename__ = "gatherings"
    __table_args__: ClassVar[Any] = (
        _belongs_to("chats", "chat_id"),
        Index("ix_gatherings_closes_at", "closes_at"),
    )

    chat_id: str = Field(sa_type=Id, primary_key=True)
    author_id: str | None
    started_at: datetime = Field(sa_type=Instant)
    opened_at: datetime = Field(sa_type=Instant)
    closes_at: datetime | None = Field(sa_type=Instant)


class UnassignedChatRow(SQLModel, table=True):
    __tablename__ = "unassigned_chats"
    __table_args__: ClassVar[Any] = (
        _belongs_to("chats", "chat_id"),
        Index("ix_unassigned_chats_last_at_chat_id", "last_at", "chat_id"),
    )

    chat_id: str = Field(sa_type=Id, primary_key=True)
    messages: int
    first_at: datetime = Field(sa_type=Instant)
    last_at: datetime = Field(sa_type=Instant)


class NoticeRow(SQLModel, table=True):
    """The time of the desk's latest notice of a kind that is not repeated at once."""

    __tablename__ = "notices"
    __table_args__: ClassVar[Any] = (_belongs_to("chats", "chat_id"),)

    chat_id: str = Field(sa_type=Id, primary_key=True)
    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    told_at: datetime = Field(sa_type=Instant)


class StaffRow(SQLModel, table=True):
    __tablename__ = "staff"

    channel: str = Field(sa_type=Name, primary_key=True)
    external_id: str = Field(sa_type=Name, primary_key=True)
    name: str
    updated_at: datetime = Field(sa_type=Instant)
    version: int


class TimeEntryRow(SQLModel, table=True):
    __tablename__ = "time_entries"
    __table_args__: ClassVar[Any] = (
        _belongs_to("tickets", "ticket_id"),
        _belongs_to("customers", "customer_id"),
        _belongs_to("time_entries", "reverses"),
        UniqueConstraint("id"),
        Index("ix_time_entries_ticket_id_sequence", "ticket_id", "sequence"),
        Index("ix_time_entries_customer_id_counted_at", "customer_id", "counted_at"),
        _partial("ix_time_entries_reverses", "reverses", where="reverses IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, sa_type=Sequence, primary_key=True)
    id: str = Field(sa_type=Id)
    ticket_id: str = Field(sa_type=Id)
    customer_id: str = Field(sa_type=Name)
    minutes: int
    agent: str
    performed_at: datetime = Field(sa_type=Instant)
    counted_at: datetime = Field(sa_type=Instant)
    counts: bool
    activity: str | None
    note: str | None
    reverses: str | None = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)


class AttachmentRow(SQLModel, table=True):
    """An attachment; `due_at` and `attempts` are of downloads: a worker that claims one moves `due_at` on."""

    __tablename__ = "attachments"
    __table_args__: ClassVar[Any] = (
        _belongs_to("customers", "customer_id"),
        _belongs_to("tickets", "ticket_id"),
        UniqueConstraint("blob"),
        Index("ix_attachments_customer_id_created_at", "customer_id", "created_at"),
        _partial("ix_attachments_message_id_id", "message_id", "id", where="message_id IS NOT NULL"),
        _partial("ix_attachments_ticket_id_id", "ticket_id", "id", where="of_submission"),
        _partial("ix_attachments_due_at_id", "due_at", "id", where=STILL_TO_FETCH),
    )

    id: str = Field(sa_type=Id, primary_key=True)
    customer_id: str = Field(sa_type=Name)
    ticket_id: str | None = Field(sa_type=Id)
    message_id: str | None = Field(sa_type=Id)
    of_submission: bool
    kind: str
    name: str | None
    state: str
    media_type: str | None
    size: int | None
    sha256: str | None
    blob: str | None
    error_code: str | None
    channel: str | None
    provider_id: str | None
    unique_id: str | None
    attempts: int
    due_at: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)


class CalendarExceptionRow(SQLModel, table=True):
    __tablename__ = "calendar_exceptions"

    day: date = Field(primary_key=True)
    hours: list[Any] = Field(sa_type=Json)
    reason: str
    updated_at: datetime = Field(sa_type=Instant)
    version: int


class CalendarVersionRow(SQLModel, table=True):
    """A single row; its version grows with every change of an exception."""

    __tablename__ = "calendar_version"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int


class AnswerRow(SQLModel, table=True):
    __tablename__ = "answers"
    __table_args__: ClassVar[Any] = (Index("ix_answers_created_at", "created_at"),)

    key_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int
    headers: list[Any] = Field(sa_type=Json)
    body: bytes
    created_at: datetime = Field(sa_type=Instant)


class ApiKeyRow(SQLModel, table=True):
    __tablename__ = "api_keys"
    __table_args__: ClassVar[Any] = (UniqueConstraint("secret_sha256"),)

    id: str = Field(sa_type=Name, primary_key=True)
    name: str
    secret_sha256: str
    scopes: list[str] = Field(sa_type=Json)
    customer_id: str | None = Field(sa_type=Name)
    created_at: datetime = Field(sa_type=Instant)
    expires_on: date | None
    revoked_at: datetime | None = Field(sa_type=Instant)


class WriteProbeRow(SQLModel, table=True):
    """Space that a health check allocates and releases, to test whether the disk is full."""

    __tablename__ = "write_probes"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    filler: bytes


METADATA = SQLModel.metadata

customers = table_of(CustomerRow)
chats = table_of(ChatRow)
chat_addresses = table_of(ChatAddressRow)
tickets = table_of(TicketRow)
ticket_reasons = table_of(TicketReasonRow)
rulings = table_of(RulingRow)
events = table_of(EventRow)
messages = table_of(MessageRow)
outbox = table_of(OutboxRow)
channels = table_of(ChannelRow)
chat_paces = table_of(ChatPaceRow)
relays = table_of(RelayRow)
time_entries = table_of(TimeEntryRow)
attachments = table_of(AttachmentRow)
calendar_exceptions = table_of(CalendarExceptionRow)
calendar_version = table_of(CalendarVersionRow)
answers = table_of(AnswerRow)
api_keys = table_of(ApiKeyRow)
write_probes = table_of(WriteProbeRow)
inbox = table_of(InboxRow)
chat_messages = table_of(ChatMessageRow)
gatherings = table_of(GatheringRow)
unassigned_chats = table_of(UnassignedChatRow)
notices = table_of(NoticeRow)
staff = table_of(StaffRow)
