"""Submitting: what is registered is stored as one, what is not leaves no trace (4.1, 4.3)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.application.errors import ExternalIdTakenError, NotFoundError
from app.application.ports.tickets import TicketFilter, TicketSort
from app.application.tickets.decide_submission import WhatIf, decide_submission
from app.application.tickets.submit_ticket import NotRegistered, Registered
from app.domain.regulation.decide import decide
from app.domain.sending.part import OutboxKind
from app.domain.vocabulary import Category, Impact, Priority, Status
from tests.application.desk import (
    AGENCY,
    CHAT,
    OTHER_AGENCY,
    UNPAID,
    Desk,
    a_customer,
    boxed,
    moscow,
)
from tests.domain.cases import BOXED_EXTENDED, reasons


def all_tickets(desk: Desk) -> int:
    return len(desk.read(lambda uow: uow.tickets.page(TicketFilter(), TicketSort.NEWEST, None, 100)))


@pytest.mark.parametrize(
    ("desk", "given", "status", "priority", "because"),
    [
        (Desk(), {}, Status.QUEUED, Priority.NORMAL, []),
        (Desk(), {"category": None}, Status.NEW, Priority.NORMAL, []),
        (Desk(UNPAID), {}, Status.DECLINED, None, ["1.3 paid_period_over declined"]),
        (Desk(), {"text": "👍"}, Status.DEFERRED, Priority.NORMAL, ["4.2 description_missing deferred"]),
        (
            Desk(),
            {"text": "Что за хрень"},
            Status.DEFERRED,
            Priority.NORMAL,
            ["4.6 obscene_language deferred"],
        ),
        (
            Desk(boxed()),
            {"category": Category.CUSTOM_DEVELOPMENT},
            Status.SEPARATE_ORDER,
            Priority.NORMAL,
            ["5.1 separate_order separate_order"],
        ),
        (
            Desk(),
            {"category": Category.OPERATION_FAILURE, "impact": Impact.CRM_DOWN},
            Status.QUEUED,
            Priority.CRITICAL,
            [],
        ),
    ],
    ids=["accepted", "unclassified", "declined", "wordless", "obscene", "separate order", "critical"],
)
def test_a_registered_submission_stands_where_its_decision_put_it(
    desk: Desk, given: dict[str, Any], status: Status, priority: Priority | None, because: list[str]
) -> None:
    result = desk.submit(**given)
    assert isinstance(result, Registered)
    stored = desk.view(result.view.ticket.id)
    assert stored == result.view
    assert (stored.ticket.status, stored.ticket.priority) == (status, priority)
    assert reasons(stored.recorded.decision) == because
    assert (stored.queue_position is not None) is (status in {Status.NEW, Status.QUEUED})


def test_ticket_decision_event_message_and_acknowledgement_are_stored_together() -> None:
    desk = Desk()
    ticket_id = desk.register("Не грузится карта")
    assert desk.ticket(ticket_id).number == 1
    (recorded,), (event,), (message,), (waiting,) = (
        desk.decisions(ticket_id),
        desk.events(ticket_id),
        desk.messages(ticket_id),
        desk.waiting_messages(ticket_id),
    )
    assert decide(recorded.facts) == recorded.decision
    assert (event.type, event.status_from, event.status_to) == ("ticket.registered", None, Status.QUEUED)
    assert (event.decision_id, event.message_id) == (recorded.id, message.id)
    assert (message.text, message.author) == ("Не грузится карта", "customer")
    assert waiting.kind is OutboxKind.ACKNOWLEDGEMENT
    assert "STP-000001" in waiting.text


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ({"channel": "phone", "chat_address": None}, "4.3 unofficial_channel not_registered"),
        ({"channel": "email"}, "4.3 unofficial_channel not_registered"),
        ({"chat_address": "-999"}, "4.1 chat_not_assigned not_registered"),
        ({"channel": "whatsapp"}, "4.1 chat_not_assigned not_registered"),
    ],
)
def test_what_is_not_registered_stores_nothing_and_says_why(given: dict[str, Any], because: str) -> None:
    desk = Desk()
    result = desk.submit(**given)
    assert isinstance(result, NotRegistered)
    assert reasons(result.decision) == [because]
    assert decide(result.facts) == result.decision
    assert all_tickets(desk) == 0


def test_another_customers_chat_is_not_ones_own() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    desk.assign("-2002", OTHER_AGENCY)
    assert isinstance(desk.submit(chat_address="-2002"), NotRegistered)
    assert isinstance(desk.submit(customer_id=OTHER_AGENCY), NotRegistered)
    assert isinstance(desk.submit(customer_id=OTHER_AGENCY, chat_address="-2002"), Registered)


def test_an_external_id_is_taken_once_for_each_customer() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    desk.assign("-2002", OTHER_AGENCY)
    first = desk.register(external_id="call-1")
    with pytest.raises(ExternalIdTakenError) as refused:
        desk.submit(external_id="call-1")
    assert refused.value.ticket_id == first
    desk.register(external_id="call-2")
    desk.register(external_id="call-1", customer_id=OTHER_AGENCY, chat_address="-2002")
    assert all_tickets(desk) == 3


def test_submissions_without_an_external_id_never_collide() -> None:
    desk = Desk()
    assert desk.register() != desk.register()


@pytest.mark.parametrize(
    ("customer_id", "only"), [("nobody", None), (AGENCY, OTHER_AGENCY), (OTHER_AGENCY, AGENCY)]
)
def test_an_unknown_and_a_foreign_customer_are_the_same_answer(customer_id: str, only: str | None) -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    with pytest.raises(NotFoundError) as refused:
        desk.submit(customer_id=customer_id, only=only)
    assert refused.value.code == "customer_not_found"
    assert all_tickets(desk) == 0


def test_a_key_of_one_customer_submits_for_that_customer() -> None:
    assert isinstance(Desk().submit(only=AGENCY), Registered)


@pytest.mark.parametrize("customer", [a_customer(), UNPAID, boxed(), boxed(tariffs=())])
@pytest.mark.parametrize("category", [None, *Category])
def test_a_dry_run_decides_as_a_submission_does_and_writes_nothing(
    customer: Any, category: Category | None
) -> None:
    desk = Desk(customer, at=moscow(2026, 11, 21, 12))
    for text in ("Вопрос", "👍", "хрень"):
        for impact in (Impact.NONE, Impact.CRM_DOWN):
            tickets = all_tickets(desk)
            decision, case = desk.try_out(text, category=category, impact=impact)
            assert all_tickets(desk) == tickets
            result = desk.submit(text, category=category, impact=impact)
            assert isinstance(result, Registered)
            assert (result.view.recorded.decision, result.view.recorded.facts) == (
                decision,
                case,
            )


def test_a_dry_run_of_what_would_not_be_registered_says_so_too() -> None:
    desk = Desk()
    result = desk.submit(chat_address="-999")
    assert isinstance(result, NotRegistered)
    assert desk.try_out(chat_address="-999") == (result.decision, result.facts)


def test_a_dry_run_may_suppose_an_entitlement_that_nobody_has() -> None:
    desk = Desk()
    submission = desk.submission(
        customer_id="nobody", category=Category.DEVELOPER_CONSULTATION, chat_address=None
    )
    supposed = WhatIf(BOXED_EXTENDED, chat_assigned=True)
    decision, case = desk.read(lambda uow: decide_submission(uow, submission, supposed, desk.now))
    assert (decision.outcome, decision.priority) == ("accepted", Priority.HIGH)
    assert case.entitlement == BOXED_EXTENDED


def test_a_dry_run_looks_at_the_instant_that_it_is_asked_about() -> None:
    desk = Desk(a_customer(paid_until=date(2026, 11, 20)))
    submission = desk.submission()
    midnight = moscow(2026, 11, 21)
    decision, _ = desk.read(lambda uow: decide_submission(uow, submission, None, midnight))
    assert reasons(decision) == ["1.3 paid_period_over declined"]
    assert desk.try_out()[0].outcome == "accepted"


def test_an_exception_of_the_calendar_counts_at_once() -> None:
    desk = Desk()
    desk.close_on(desk.now.date())
    result = desk.submit()
    assert isinstance(result, Registered)
    assert result.view.recorded.decision.earliest_start_at == moscow(2026, 11, 23, 9)
    assert result.view.recorded.facts.calendar.open is False


def test_a_later_exception_does_not_change_how_an_old_decision_replays() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.close_on(desk.now.date())
    (recorded,) = desk.decisions(ticket_id)
    assert decide(recorded.facts) == recorded.decision
    assert recorded.decision.earliest_start_at == moscow(2026, 11, 20, 10)


def test_the_texts_own_words_count_and_not_those_of_the_subject() -> None:
    """4.2 asks for a description; 4.6 looks at all that was written."""
    desk = Desk()
    assert desk.reasons(desk.register("👍", subject="Карта")) == ["4.2 description_missing deferred"]
    assert desk.reasons(desk.register("Карта", subject="хрень")) == ["4.6 obscene_language deferred"]
    assert desk.reasons(desk.register("Карта", reproduction_steps=("хрень",))) == [
        "4.6 obscene_language deferred"
    ]


def test_a_chat_is_known_by_its_address_in_its_channel_only() -> None:
    desk = Desk(replace(boxed(), tariffs=()))
    with pytest.raises(AssertionError):
        desk.register(channel="whatsapp", chat_address=CHAT)
