"""Automatic messages of the desk to the customer: composed from a decision or a ticket, in Russian."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.calendar.service_hours import MOSCOW
from app.domain.regulation.decision import Decision
from app.domain.tickets.ticket import Ticket, display_number
from app.domain.vocabulary import Language, Resolution
from app.domain.wording import customer as customer_texts
from app.domain.wording.catalogue import notice_message, reason_message
from app.domain.wording.customer import acknowledgement


def acknowledge(number: int, decision: Decision, *, desk_open: bool) -> str:
    """Compose the automatic answer to a registered submission: the decision and its clauses."""
    return acknowledgement(
        display_number(number),
        decision.outcome,
        _reasons(decision),
        [notice_message(notice.code, notice.clause, Language.RU) for notice in decision.notices],
        _moscow(decision.earliest_start_at),
        _moscow(decision.resume_at),
        desk_open=desk_open,
    )


def tells_the_same(one: Decision, other: Decision) -> bool:
    """Check whether two decisions have the same outcome and reasons: then the customer needs no message."""
    return one.outcome is other.outcome and _reasons(one) == _reasons(other)


def tell_decision(number: int, decision: Decision, *, desk_open: bool) -> str:
    """Compose the message about a new, different decision on a ticket."""
    return customer_texts.new_decision(
        display_number(number),
        decision.outcome,
        _reasons(decision),
        _moscow(decision.earliest_start_at),
        _moscow(decision.resume_at),
        desk_open=desk_open,
    )


def tell_closing(ticket: Ticket, *, by_silence: bool) -> str:
    """Compose the message about the closing of a ticket; `ticket` is in its closed state."""
    settled = ticket.settlement
    not_placed = settled is not None and settled.code is Resolution.ORDER_NOT_PLACED
    return customer_texts.closing(
        display_number(ticket.number), by_silence=by_silence, order_not_placed=not_placed
    )


def tell_open_tickets(tickets: Sequence[Ticket]) -> str:
    """Compose the answer to a question about the chat's open tickets."""
    return customer_texts.open_tickets([(display_number(each.number), each.status) for each in tickets])


def _reasons(decision: Decision) -> list[str]:
    return [reason_message(reason.code, reason.clause, Language.RU) for reason in decision.reasons]


def _moscow(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(MOSCOW):%d.%m.%Y в %H:%M} МСК"
