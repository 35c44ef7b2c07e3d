"""Transitions: an agent's actions on a ticket, as app/domain/tickets/life_cycle.py allows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from app.application.errors import (
    FindingNotAllowedError,
    InvalidValueError,
    TransitionNotAllowedError,
)
from app.application.outbox.send_to_chat import send_to_chat
from app.application.outbox.tell_customer import tell_closed, tell_if_changed
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.history import keep_decision, record
from app.application.tickets.redecide import kept_facts, latest_decision, redecide, todays_facts
from app.application.tickets.ticket_view import (
    TicketView,
    lock_ticket,
    lock_ticket_to_decide,
    view_ticket,
)
from app.application.versions import VersionCheck
from app.domain.language.hints import verdict_on
from app.domain.regulation.agent_decision import (
    decline_on_finding,
    defer_on_finding,
    may_find_hours_exhausted,
)
from app.domain.regulation.case import Case
from app.domain.regulation.decision import Decision
from app.domain.regulation.priority import priority_of
from app.domain.sending.part import OutboxKind
from app.domain.tickets import life_cycle
from app.domain.tickets.event import Actor, ActorKind
from app.domain.tickets.life_cycle import LIFE_CYCLE
from app.domain.tickets.ticket import Development, Release, Settlement, Ticket
from app.domain.vocabulary import Action, Category, Finding, Impact, Resolution


@dataclass(frozen=True, slots=True)
class Transition:
    """An agent's request; of the members after `note` only those of the action are used.

    `text` is sent to the chat; `stems` are its stems.
    """

    action: Action
    agent: str
    note: str | None = None
    category: Category | None = None
    impact: Impact | None = None
    finding: Finding | None = None
    resume_at: datetime | None = None
    text: str | None = None
    stems: tuple[str, ...] = ()
    resolution: Resolution | None = None
    article_id: str | None = None
    development: Development | None = None
    release: Release | None = None


def transition_ticket(
    uow: UnitOfWork,
    ticket_id: str,
    transition: Transition,
    stamp: Stamp,
    *,
    check_version: VersionCheck,
    only: str | None = None,
) -> TicketView:
    """Perform the action, or raise TransitionNotAllowedError with the allowed actions."""
    lock = lock_ticket_to_decide if transition.action in _DECIDE_ANEW else lock_ticket
    ticket = lock(uow, ticket_id, only=only)
    check_version(ticket.version)
    if not life_cycle.is_allowed(ticket, transition.action):
        raise TransitionNotAllowedError(life_cycle.allowed_actions(ticket))
    if transition.article_id is not None:
        raise InvalidValueError("/article_id", "article_not_found")
    writing = WriteContext(uow, stamp.now, stamp.ids()).not_before(ticket)
    view = view_ticket(uow, _ACTIONS[transition.action](writing, ticket, transition), writing.now)
    if transition.category is None or ticket.category is not None:
        return view
    return replace(view, triage=verdict_on(ticket.hints, transition.category))


def _classify(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    classified = replace(ticket, category=asked.category, impact=asked.impact or ticket.impact)
    return redecide(
        writing,
        ticket,
        classified,
        kept_facts(writing, classified),
        type_=LIFE_CYCLE[Action.CLASSIFY].event,
        actor=_actor(asked),
        note=asked.note,
        hints=ticket.hints if ticket.category is None else None,
    )


def _start(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    return _move(writing, ticket, life_cycle.start(ticket, asked.agent), asked)


def _to_queue(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    return _move(writing, ticket, life_cycle.to_queue(ticket), asked)


def _request_information(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    return _move(writing, ticket, _at_target(ticket, asked), asked, OutboxKind.INFORMATION_REQUEST)


def _wait_for_partner(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    return _move(writing, ticket, _at_target(ticket, asked), asked)


def _transfer_to_development(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    moved = replace(_at_target(ticket, asked), development=asked.development)
    return _move(writing, ticket, moved, asked)


def _announce_release(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    moved = replace(_at_target(ticket, asked), release=asked.release)
    return _move(writing, ticket, moved, asked, OutboxKind.RELEASE_NOTICE)


def _defer(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    finding = _finding(asked)
    if finding is Finding.HOURS_EXHAUSTED:
        facts = todays_facts(writing, ticket)
        if not may_find_hours_exhausted(facts, ticket.priority):
            raise FindingNotAllowedError
    else:
        facts = kept_facts(writing, ticket)
        if asked.resume_at is not None and asked.resume_at <= writing.now:
            raise InvalidValueError("/resume_at", "in_the_past")
    starts_at = None
    if asked.resume_at is not None:
        starts_at = writing.uow.calendar.calendar().first_service_instant(asked.resume_at)
    decision = defer_on_finding(finding, facts, ticket.priority, asked.resume_at, starts_at)
    return _rule(writing, ticket, asked, decision, facts)


def _decline(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    finding = _finding(asked)
    if finding is Finding.HOURS_EXHAUSTED:
        raise FindingNotAllowedError
    facts = kept_facts(writing, ticket)
    decision = decline_on_finding(finding, facts)
    return _rule(writing, ticket, asked, decision, facts)


def _resolve(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    if asked.resolution is None:
        raise InvalidValueError("/resolution", "missing")
    settlement = Settlement(asked.resolution, asked.text, asked.article_id)
    moved = replace(_at_target(ticket, asked), settlement=settlement)
    return _move(writing, ticket, moved, asked, OutboxKind.RESOLUTION)


def _close(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    closed = life_cycle.close(ticket)
    tell_closed(writing, closed, by_silence=False)
    return _move(writing, ticket, closed, asked)


def _reopen(writing: WriteContext, ticket: Ticket, asked: Transition) -> Ticket:
    old_priority = priority_of(kept_facts(writing, ticket))
    return _move(writing, ticket, life_cycle.reopen(ticket, old_priority), asked)


_ACTIONS: Mapping[Action, Callable[[WriteContext, Ticket, Transition], Ticket]] = MappingProxyType(
    {
        Action.CLASSIFY: _classify,
        Action.START: _start,
        Action.RELEASE: _to_queue,
        Action.REQUEST_INFORMATION: _request_information,
        Action.WAIT_FOR_PARTNER: _wait_for_partner,
        Action.TRANSFER_TO_DEVELOPMENT: _transfer_to_development,
        Action.ANNOUNCE_RELEASE: _announce_release,
        Action.DEFER: _defer,
        Action.DECLINE: _decline,
        Action.REQUEUE: _to_queue,
        Action.RESOLVE: _resolve,
        Action.CLOSE: _close,
        Action.REOPEN: _reopen,
    }
)


_DECIDE_ANEW = frozenset({Action.CLASSIFY, Action.DEFER})
"""Actions that may depend on the minutes of the customer."""


def _actor(asked: Transition) -> Actor:
    return Actor(ActorKind.AGENT, asked.agent)


def _finding(asked: Transition) -> Finding:
    if asked.finding is None:
        raise InvalidValueError("/finding", "missing")
    return asked.finding


def _at_target(ticket: Ticket, asked: Transition) -> Ticket:
    return replace(ticket, status=LIFE_CYCLE[asked.action].target or ticket.status)


def _move(
    writing: WriteContext,
    before: Ticket,
    after: Ticket,
    asked: Transition,
    kind: OutboxKind | None = None,
) -> Ticket:
    """Store the move, and send its text, if any, to the chat."""
    message_id = None
    if kind is not None and asked.text is not None:
        message_id = send_to_chat(writing, before, asked.agent, asked.text, asked.stems, kind).id
    return record(
        writing,
        before,
        after,
        LIFE_CYCLE[asked.action].event,
        _actor(asked),
        note=asked.note,
        message_id=message_id,
    )


def _rule(
    writing: WriteContext, ticket: Ticket, asked: Transition, decision: Decision, facts: Case
) -> Ticket:
    """Store an agent's decision with its facts, and settle the ticket by it."""
    known = latest_decision(writing, ticket.id).decision
    recorded = keep_decision(writing, ticket.id, decision, facts)
    tell_if_changed(writing, ticket, known, decision)
    return record(
        writing,
        ticket,
        life_cycle.settle(ticket, decision),
        LIFE_CYCLE[asked.action].event,
        _actor(asked),
        note=asked.note,
        decision_id=recorded.id,
    )
