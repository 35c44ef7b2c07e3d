"""Customers, their chats, entitlement and usage on the wire."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import Day, In, Out, named, plain
from app.api.schemas.decisions import Contracted
from app.api.schemas.facts import TariffPeriodOut
from app.application.customers.read_ledger import EntitlementView, Usage
from app.application.customers.working_chats import WorkingChat
from app.domain.customers.customer import Customer
from app.domain.tickets.ticket import display_number
from app.domain.vocabulary import Clause, Licence, TariffName

Minutes = Annotated[int, Field(ge=0, le=100_000_000)]


class CustomerIn(Contracted):
    """A customer's record, as the CRM keeps it."""

    name: Annotated[str, named(300)] = Field(description="Name of the agency.")
    contract_accepted_on: Day | None = Field(
        None, description="Moscow day on which the offer was accepted (1.1); null if it was not."
    )

    def to_record(self, customer_id: str, at: datetime) -> Customer:
        """Give the domain's value; version and instants are the store's to set."""
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

    id: str = Field(max_length=64, description="The CRM's id of the customer.")
    name: str = Field(max_length=300, description="Name of the agency.")
    contract_accepted_on: date | None = Field(description="Moscow day of the accepted offer (1.1).")
    licence: Licence = Field(description="`rental` or `boxed` (1.3).")
    paid_until: date | None = Field(description="Last paid Moscow day of a rental, inclusive.")
    tariffs: list[TariffPeriodOut] = Field(max_length=200, description="Support tariffs of a boxed licence.")
    exclusive_version: bool = Field(description="Whether the customer runs an exclusive version (5.2).")
    created_at: datetime = Field(description="When the record was first put.")
    updated_at: datetime = Field(description="When it last changed.")
    version: int = Field(ge=1, le=2**53, description="Grows with every change.")

    @classmethod
    def of(cls, customer: Customer) -> Self:
        """Show a record."""
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
    """What to remember of a working chat."""

    title: Annotated[str, plain(200)] | None = Field(None, description="How people call the chat.")


class ChatOut(Out):
    """A working chat of a customer (4.1)."""

    customer_id: str = Field(max_length=64, description="The customer.")
    channel: str = Field(max_length=32, description="Channel.")
    chat_id: str = Field(max_length=128, description="Present address in the messenger.")
    title: str | None = Field(max_length=200, description="How people call the chat.")
    over_limit: bool = Field(
        description="Whether it is one more than the tariff has now; it works all the same (R11)."
    )
    reachable: bool = Field(
        description="Whether the desk may write to it; false once it was blocked or removed, until the chat "
        "writes again."
    )
    unreachable_since: datetime | None = Field(description="Since when it may not, if that is known.")
    assigned_at: datetime = Field(description="When it was assigned.")
    version: int = Field(ge=1, le=2**53, description="Grows with every change.")

    @classmethod
    def of(cls, working: WorkingChat) -> Self:
        """Show a chat."""
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
    """How many working chats there may be (4.1, 5.1, 5.2)."""

    limit: int = Field(ge=0, le=1_000, description="Most working chats, all channels together.")
    used: int = Field(ge=0, le=1_000_000, description="Working chats now.")
    clause: Clause = Field(description="The clause that says so.")


class EntitlementOut(Out):
    """What a customer may claim at an instant (1.1, 1.3, 5.1, 5.2)."""

    customer_id: str = Field(max_length=64, description="The customer.")
    at: datetime = Field(description="The instant.")
    contract_accepted: bool = Field(description="Whether the offer was accepted by then (1.1).")
    licence: Licence = Field(description="`rental` or `boxed` (1.3).")
    paid_until: date | None = Field(description="Last paid Moscow day of a rental, inclusive.")
    tariffs: list[TariffPeriodOut] = Field(max_length=200, description="Tariffs on record.")
    exclusive_version: bool = Field(description="Whether the version is an exclusive one.")
    minutes_used: Minutes = Field(description="Minutes used in the Moscow month, up to the instant.")
    tariff: TariffName | None = Field(description="The tariff in force.")
    limit_minutes: Minutes | None = Field(description="Allotment of the month; null if there is none.")
    left_minutes: Minutes | None = Field(description="What is left of it, never negative (R4).")
    chats: ChatLimitOut = Field(description="Working chats.")

    @classmethod
    def of(cls, view: EntitlementView) -> Self:
        """Show an entitlement."""
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
    """Minutes of one ticket in the month."""

    ticket_id: str = Field(max_length=36, description="The ticket.")
    number: str = Field(max_length=32, description="Its number.")
    minutes: int = Field(ge=-(10**8), le=10**8, description="Counting minutes.")


class UsageOut(Out):
    """A month of the ledger (5.1, 5.2; R3)."""

    customer_id: str = Field(max_length=64, description="The customer.")
    month: str = Field(max_length=7, description="The Moscow month, YYYY-MM.")
    period_start: date = Field(description="First Moscow day.")
    period_end: date = Field(description="Last Moscow day, inclusive.")
    limit_minutes: Minutes | None = Field(description="Allotment; null if there is none.")
    used_minutes: Minutes = Field(description="Counting minutes.")
    left_minutes: Minutes | None = Field(description="What is left, never negative; null without allotment.")
    tickets: list[TicketMinutesOut] = Field(
        description="Where the minutes went, by ticket number.", json_schema_extra={"maxItems": 1_000_000}
    )

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """Show a month."""
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
