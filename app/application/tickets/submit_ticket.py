"""Submits a ticket: the facts are read, the rules decide, and a registered ticket is stored as one."""

from dataclasses import dataclass, replace

from app.application.attachments.uploads import bind, lock_unused
from app.application.errors import ExternalIdTakenError
from app.application.outbox.enqueue import Concerns, enqueue
from app.application.ports.creation import UNLIMITED, CreationLimits
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.facts import (
    entitlement_at,
    share_customer,
    snapshot_of,
    submission_case,
)
from app.application.tickets.history import add_decision, reason_codes
from app.application.tickets.submission import Submission, SubmittedMessage
from app.application.tickets.ticket_view import TicketView
from app.domain.calendar.service_hours import moscow_day
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.chats.chat import Chat
from app.domain.language.hints import NO_HINTS
from app.domain.language.notes import TicketLanguage
from app.domain.regulation.case import Case
from app.domain.regulation.decide import decide
from app.domain.regulation.decision import Decision
from app.domain.sending.part import OutboxKind
from app.domain.tickets.clocks import Step, measure
from app.domain.tickets.event import CUSTOMER, Cause, Event, EventType, changes_between
from app.domain.tickets.life_cycle import first_status
from app.domain.tickets.message import Message, MessageAuthor
from app.domain.tickets.notification import acknowledge
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Registered:
    """The submission has a ticket, whatever its outcome."""

    view: TicketView
    messages: tuple[Message, ...]
    """The messages of the submission, at least one."""

    @property
    def first_message(self) -> Message:
        """The first message of the submission."""
        return self.messages[0]

    @property
    def decision(self) -> Decision:
        """The decision on the submission."""
        return self.view.recorded.decision

    @property
    def facts(self) -> Case:
        """The facts of the decision."""
        return self.view.recorded.facts


@dataclass(frozen=True, slots=True)
class NotRegistered:
    """Nothing is stored; the decision has the reason (4.1, 4.3)."""

    decision: Decision
    facts: Case


def submit_ticket(
    uow: UnitOfWork,
    submission: Submission,
    stamp: Stamp,
    *,
    only: str | None = None,
    limits: CreationLimits = UNLIMITED,
) -> Registered | NotRegistered:
    """Decide on a submission and register it, unless the regulation excludes it.

    Raises NotFoundError for an unknown or foreign customer, ExternalIdTakenError for a repeated id, and
    InvalidValueError for an unusable attachment, and CreationLimitReachedError.
    """
    return register(WriteContext(uow, stamp.now, stamp.ids()), submission, only=only, limits=limits)


def register(
    writing: WriteContext,
    submission: Submission,
    *,
    only: str | None = None,
    limits: CreationLimits = UNLIMITED,
) -> Registered | NotRegistered:
    """Submit within a transaction that may write more."""
    uow, as_of = writing.uow, submission.arrived_at or writing.now
    if submission.attachment_ids:
        # The order of locks: the customer, which may be shared below, comes before its uploads.
        share_customer(uow, submission.customer_id, only=only)
    snapshot = snapshot_of(uow, submission, as_of, only=only)
    customer, chat, calendar = snapshot.customer, snapshot.chat, snapshot.calendar
    _refuse_taken(uow, submission)
    files = lock_unused(uow, submission.attachment_ids, customer.id)
    if files or submission.attachment_kinds:
        kinds = dict.fromkeys((*submission.attachment_kinds, *(file.kind for file in files)))
        submission = replace(submission, attachment_kinds=tuple(kinds))
    entitlement, assigned = snapshot.entitlement_at(as_of), chat is not None
    case = submission_case(submission, entitlement, calendar, chat_assigned=assigned, as_of=as_of)
    decision = decide(case)
    if decision.deferred_by_hours:
        # Another transaction may be freeing minutes: either they are seen now, or it finds this deferral.
        case = replace(case, entitlement=entitlement_at(uow, share_customer(uow, customer.id), as_of))
        decision = decide(case)
    if decision.outcome is Outcome.NOT_REGISTERED or chat is None:
        return NotRegistered(decision, case)
    limits.check(customer.id, chat.id)
    registered = _save(writing, submission, chat, decision, case, calendar)
    bound = bind(uow, files, registered.first_message, of_submission=True)
    return replace(registered, view=replace(registered.view, attachments=bound)) if bound else registered


def _refuse_taken(uow: UnitOfWork, submission: Submission) -> None:
    if submission.external_id is None:
        return
    taken_by = uow.tickets.id_of_external(submission.customer_id, submission.external_id)
    if taken_by is not None:
        raise ExternalIdTakenError(taken_by)


def _save(
    writing: WriteContext,
    submission: Submission,
    chat: Chat,
    decision: Decision,
    case: Case,
    calendar: WorkCalendar,
) -> Registered:
    uow, now = writing.uow, writing.now
    ticket = _registered(writing, submission, chat, decision)
    stems, reasons = submission.text_facts.stems, reason_codes(decision)
    entered = uow.tickets.add(ticket, stems, decision.outcome, reasons)
    if entered is None:
        # Another transaction has taken the external id between the check and the insert.
        _refuse_taken(uow, submission)
        raise AssertionError("the external id was taken and is free again")
    ticket = replace(ticket, number=entered.number)
    recorded = add_decision(writing, ticket.id, decision, case)
    messages = _messages(writing, ticket, submission)
    for message in messages:
        uow.messages.add(message)
    event = Event(
        id=writing.ids.next(),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        type=EventType.REGISTERED,
        actor=CUSTOMER,
        at=now,
        status_from=None,
        status_to=ticket.status,
        changes=changes_between(None, ticket),
        cause=Cause.SUBMISSION,
        decision_id=recorded.id,
        message_id=messages[0].id,
    )
    uow.events.add(event)
    text = acknowledge(ticket.number, decision, desk_open=case.calendar.open)
    enqueue(writing, chat, OutboxKind.ACKNOWLEDGEMENT, text, Concerns(ticket.id, topic=ticket.topic))
    steps = (Step(event.at, event.type, event.actor.kind, event.status_to),)
    view = TicketView(
        ticket=ticket,
        recorded=recorded,
        measured=measure(ticket.received_at, steps, now, calendar),
        queue_position=entered.queue_position,
    )
    return Registered(view, messages)


def _messages(writing: WriteContext, ticket: Ticket, submission: Submission) -> tuple[Message, ...]:
    """Return the messages of the submission."""
    written = submission.messages or (SubmittedMessage(submission.text, ticket.received_at),)
    return tuple(
        Message(
            id=writing.ids.next(),
            ticket_id=ticket.id,
            author=MessageAuthor.CUSTOMER,
            agent=None,
            text=one.text,
            sent_at=one.sent_at,
            created_at=writing.now,
            sender=one.sender,
            revisions=one.revisions,
            revoked_at=one.revoked_at,
        )
        for one in written
    )


def _registered(writing: WriteContext, submission: Submission, chat: Chat, decision: Decision) -> Ticket:
    """Return the ticket in the state of its decision; the store assigns the number."""
    return Ticket(
        id=writing.ids.next(),
        number=0,
        external_id=submission.external_id,
        customer_id=submission.customer_id,
        channel=submission.channel,
        chat_id=chat.id,
        chat_address=chat.address,
        author=submission.author,
        subject=submission.subject,
        text=submission.text,
        reproduction_steps=submission.reproduction_steps,
        category=submission.category,
        impact=submission.impact,
        status=first_status(decision.outcome, submission.category),
        priority=decision.priority,
        assignee=None,
        resume_at=decision.resume_at,
        development=None,
        release=None,
        settlement=None,
        received_at=submission.arrived_at or writing.now,
        created_at=writing.now,
        updated_at=writing.now,
        version=1,
        has_words=submission.text_facts.has_words,
        obscene_level=submission.text_facts.obscene_level,
        language=TicketLanguage(
            submission.text_facts.notes,
            # The acknowledgement has this request already.
            rewording_asked_on=moscow_day(writing.now) if decision.obscene else None,
        ),
        hints=NO_HINTS if submission.category else submission.text_facts.hints or NO_HINTS,
        topic=submission.topic,
    )
