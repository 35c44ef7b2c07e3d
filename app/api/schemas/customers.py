"""Schemas of customers, their working chats, entitlement and usage."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import Day, In, Out, named, plain
from app.api.schemas.decisions import Contracted
from app.api.schemas.facts import TariffPeriodOut
from app.application.customers.read_ledger import EntitlementView, Usage
from app.application.customers.working_chats import WorkingChat
from app.domain.chats.address import MAX_LENGTH
from app.domain.customers.customer import Customer
from app.domain.tickets.ticket import display_number
from app.domain.vocabulary import Clause, Licence, TariffName

Minutes = Annotated[int, Field(ge=0, le=100_000_000)]


class CustomerIn(Contracted):
    """A customer's complete record in the CRM. It replaces the stored record as a whole."""

    name: Annotated[str, named(300)] = Field(description="Name of the agency.")
    contract_accepted_on: Day | None = Field(
        None,
        description="Moscow day on which the customer accepted the offer (1.1). Null if the customer has "
        "not accepted it.",
    )

    def to_record(self, customer_id: str, at: datetime) -> Customer:
        """Return the domain value; the store sets its version and instants."""
        return Customer(
            id=customer_id,
            name=self.name,
            contract_accepted_on=self.contract_accepted_on,
            licence=self.licence,
            paid_until=self.paid_until,
            tariffs=self.periods,
            exclusive_version=self.exclusive_version,
            created_at=at,
            updated_at=at,
            version=0,
        )


class CustomerOut(Out):
    """A customer's record."""

    id: str = Field(max_length=64, description="The CRM's ID of the customer.")
    name: str = Field(max_length=300, description="Name of the agency.")
    contract_accepted_on: date | None = Field(
        description="Moscow day on which the customer accepted the offer (1.1). Null if the customer has "
        "not accepted it."
    )
    licence: Licence = Field(
        description="Whether the customer rents the product or owns the boxed version (1.3)."
    )
    paid_until: date | None = Field(
        description="Last paid Moscow day of a rental, inclusive. Null for a boxed licence or if nothing "
        "was paid."
    )
    tariffs: list[TariffPeriodOut] = Field(
        max_length=200, description="Support tariffs of a boxed licence, past and future ones included."
    )
    exclusive_version: bool = Field(
        description="Whether the customer runs an exclusive version of the product (5.2)."
    )
    created_at: datetime = Field(description="When the record was created.")
    updated_at: datetime = Field(description="When the record last changed.")
    version: int = Field(ge=1, le=2**53, description="Incremented with every change. `If-Match` compares it.")

    @classmethod
    def of(cls, customer: Customer) -> Self:
        """Build the schema from the domain value."""
        return cls(
            id=customer.id,
            name=customer.name,
            contract_accepted_on=customer.contract_accepted_on,
            licence=customer.licence,
            paid_until=customer.paid_until,
            tariffs=[TariffPeriodOut.of(period) for period in customer.tariffs],
            exclusive_version=customer.exclusive_version,
            created_at=customer.created_at,
            updated_at=customer.updated_at,
            version=customer.version,
        )


class ChatIn(In):
    """Properties of a working chat."""

    title: Annotated[str, plain(200)] | None = Field(None, description="Name of the chat for display.")


class ChatOut(Out):
    """A working chat of a customer (4.1)."""

    customer_id: str = Field(max_length=64, description="The CRM's ID of the customer.")
    channel: str = Field(max_length=32, description="Messenger: `telegram` or `whatsapp`.")
    chat_id: str = Field(max_length=MAX_LENGTH, description="The messenger's present ID of the chat.")
    title: str | None = Field(max_length=200, description="Name of the chat for display.")
    over_limit: bool = Field(
        description="Whether the chat exceeds the number that the tariff allows now. It continues to "
        "work (R11)."
    )
    reachable: bool = Field(
        description="Whether messages can be sent to the chat. False after the bot was blocked or "
        "removed, until the chat writes again."
    )
    unreachable_since: datetime | None = Field(
        description="When the chat became unreachable. Null if it is reachable or the time is unknown."
    )
    assigned_at: datetime = Field(description="When the chat was assigned.")
    version: int = Field(ge=1, le=2**53, description="Incremented with every change. `If-Match` compares it.")

    @classmethod
    def of(cls, working: WorkingChat) -> Self:
        """Build the schema from the domain value."""
        chat = working.chat
        return cls(
            customer_id=chat.customer_id or "",
            channel=chat.channel,
            chat_id=chat.address,
            title=chat.title,
            over_limit=working.over_limit,
            reachable=chat.reachable,
            unreachable_since=chat.unreachable_since,
            assigned_at=chat.assigned_at or chat.updated_at,
            version=chat.version,
        )


class ChatLimitOut(Out):
    """Limit of working chats and their present number (4.1, 5.1, 5.2)."""

    limit: int = Field(
        ge=0, le=1_000, description="Maximum number of working chats, in all messengers together."
    )
    used: int = Field(ge=0, le=1_000_000, description="Number of working chats now.")
    clause: Clause = Field(description="The clause that sets the limit.")


class EntitlementOut(Out):
    """Support that a customer is entitled to at an instant (1.1, 1.3, 5.1, 5.2)."""

    customer_id: str = Field(max_length=64, description="The CRM's ID of the customer.")
    at: datetime = Field(description="The instant that the entitlement is for.")
    contract_accepted: bool = Field(description="Whether the customer had accepted the offer by then (1.1).")
    licence: Licence = Field(
        description="Whether the customer rents the product or owns the boxed version (1.3)."
    )
    paid_until: date | None = Field(
        description="Last paid Moscow day of a rental, inclusive. Null for a boxed licence or if nothing "
        "was paid."
    )
    tariffs: list[TariffPeriodOut] = Field(
        max_length=200, description="All tariffs on record, not only the one in force."
    )
    exclusive_version: bool = Field(
        description="Whether the customer runs an exclusive version of the product (5.2)."
    )
    minutes_used: Minutes = Field(description="Staff minutes used in the Moscow month of `at`, up to `at`.")
    tariff: TariffName | None = Field(description="The tariff in force at `at`. Null if there is none.")
    limit_minutes: Minutes | None = Field(
        description="Staff minutes included per Moscow month. Null without a tariff."
    )
    left_minutes: Minutes | None = Field(
        description="Staff minutes left in the month, never negative (R4). Null without a tariff."
    )
    chats: ChatLimitOut = Field(description="Working chats: limit and present number.")

    @classmethod
    def of(cls, view: EntitlementView) -> Self:
        """Build the schema from the domain value."""
        entitled = view.entitlement
        return cls(
            customer_id=view.customer_id,
            at=view.at,
            contract_accepted=entitled.contract_accepted,
            licence=entitled.licence,
            paid_until=entitled.paid_until,
            tariffs=[TariffPeriodOut.of(period) for period in entitled.tariffs],
            exclusive_version=entitled.exclusive_version,
            minutes_used=entitled.minutes_used,
            tariff=view.tariff.name if view.tariff else None,
            limit_minutes=view.limit_minutes,
            left_minutes=view.left_minutes,
            chats=ChatLimitOut(limit=view.chat_limit.chats, used=view.chats, clause=view.chat_limit.clause),
        )


class TicketMinutesOut(Out):
    """Staff minutes of one ticket in the month."""

    ticket_id: str = Field(max_length=36, description="ID of the ticket (UUIDv7).")
    number: str = Field(max_length=32, description="Number of the ticket, such as STP-000042.")
    minutes: int = Field(
        ge=-(10**8),
        le=10**8,
        description="Minutes that count against the tariff, less reversals. Negative if the month's "
        "reversals exceed its entries.",
    )


class UsageOut(Out):
    """Staff minutes of one Moscow month (5.1, 5.2; R3)."""

    customer_id: str = Field(max_length=64, description="The CRM's ID of the customer.")
    month: str = Field(max_length=7, description="The Moscow month, YYYY-MM.")
    period_start: date = Field(description="First Moscow day of the month.")
    period_end: date = Field(description="Last Moscow day of the month, inclusive.")
    limit_minutes: Minutes | None = Field(
        description="Staff minutes included in the month. Null without a tariff."
    )
    used_minutes: Minutes = Field(description="Minutes that count against the tariff.")
    left_minutes: Minutes | None = Field(
        description="Minutes left in the month, never negative. Null without a tariff."
    )
    tickets: list[TicketMinutesOut] = Field(
        description="The minutes of each ticket, by ticket number.", json_schema_extra={"maxItems": 1_000_000}
    )

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """Build the schema from the domain value."""
        return cls(
            customer_id=usage.customer_id,
            month=f"{usage.period_start:%Y-%m}",
            period_start=usage.period_start,
            period_end=usage.period_end,
            limit_minutes=usage.limit_minutes,
            used_minutes=usage.used_minutes,
            left_minutes=usage.left_minutes,
            tickets=[
                TicketMinutesOut(
                    ticket_id=one.ticket_id, number=display_number(one.number), minutes=one.minutes
                )
                for one in usage.tickets
            ],
        )
