"""Transitions: every row of the life cycle; findings, messages and unassigned chats."""

from datetime import UTC, date

import pytest

from app.application.errors import (
    ChatNotAssignedError,
    FindingNotAllowedError,
    InvalidValueError,
    NotFoundError,
    PreconditionFailedError,
    TransitionNotAllowedError,
)
from app.domain.sending.part import OutboxKind
from app.domain.tickets.message import DeliveryState
from app.domain.tickets.ticket import Development, Release, Settlement
from app.domain.vocabulary import (
    Action,
    Category,
    Finding,
    Impact,
    Priority,
    Resolution,
    Source,
    Status,
    TariffName,
)
from tests.application.desk import (
    OLGA,
    OTHER_AGENCY,
    PYOTR,
    UNPAID,
    Desk,
    a_customer,
    asked_of,
    boxed,
    moscow,
    only_version,
)
from tests.domain.cases import notices

COLUMNS = "new queued prog wcus wpar idev wrel defr sord reso decl clos".split()
SHORT = {
    "new": Status.NEW,
    "queued": Status.QUEUED,
    "prog": Status.IN_PROGRESS,
    "wcus": Status.WAITING_CUSTOMER,
    "wpar": Status.WAITING_PARTNER,
    "idev": Status.IN_DEVELOPMENT,
    "wrel": Status.WAITING_RELEASE,
    "defr": Status.DEFERRED,
    "sord": Status.SEPARATE_ORDER,
    "reso": Status.RESOLVED,
    "decl": Status.DECLINED,
    "clos": Status.CLOSED,
}

# Where an accepted ticket with a category comes to: by action, and by the status it was in.
TABLE = """
classify                 queued queued prog   queued wpar   idev   wrel   queued queued queued queued .
start                    prog   prog   .      .      .      .      .      .      .      .      .      .
release                  .      .      queued .      .      .      .      .      .      .      .      .
request_information      .      .      wcus   .      .      .      .      .      .      .      .      .
wait_for_partner         .      .      wpar   .      .      .      .      .      .      .      .      .
transfer_to_development  .      .      idev   .      .      .      .      .      idev   .      .      .
announce_release         .      .      wrel   .      .      wrel   .      .      .      .      .      .
defer                    defr   defr   defr   defr   defr   defr   defr   defr   defr   .      .      .
decline                  decl   decl   decl   decl   decl   decl   decl   decl   decl   .      .      .
requeue                  .      .      .      queued queued queued queued queued queued .      .      .
resolve                  .      .      reso   .      .      reso   reso   .      .      .      .      .
close                    .      .      .      .      .      .      .      .      clos   clos   clos   .
reopen                   .      .      .      .      .      .      .      .      .      queued queued .
"""

CELLS = [
    (Action(action), SHORT[column], SHORT.get(cell))
    for action, *cells in (line.split() for line in TABLE.split("\n") if line)
    for column, cell in zip(COLUMNS, cells, strict=True)
]


@pytest.mark.parametrize(("action", "before", "after"), CELLS)
def test_an_action_leads_where_the_table_says_or_is_refused(
    action: Action, before: Status, after: Status | None
) -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.put_into(ticket_id, before)
    if after is None:
        allowed = tuple(a for a, status, target in CELLS if status is before and target is not None)
        with pytest.raises(TransitionNotAllowedError) as refused:
            desk.act(ticket_id, action, **asked_of(action))
        assert refused.value.allowed == allowed
        assert desk.event_types(ticket_id) == ["ticket.registered"]
    else:
        view = desk.act(ticket_id, action, **asked_of(action), note="так надо")
        assert view.ticket.status is after
        event = desk.events(ticket_id)[-1]
        assert (event.status_from, event.status_to) == (before, after)
        assert (event.actor.name, event.note, event.at) == (OLGA, "так надо", desk.now)
        assert view == desk.view(ticket_id)


def test_without_a_category_a_ticket_goes_back_to_new() -> None:
    desk = Desk()
    ticket_id = desk.register(category=None)
    desk.act(ticket_id, Action.START)
    assert desk.act(ticket_id, Action.RELEASE).ticket.status is Status.NEW
    desk.act(ticket_id, Action.START)
    desk.act(ticket_id, Action.WAIT_FOR_PARTNER)
    assert desk.act(ticket_id, Action.REQUEUE).ticket.status is Status.NEW


def test_without_a_category_nothing_is_resolved() -> None:
    desk = Desk()
    ticket_id = desk.register(category=None)
    desk.act(ticket_id, Action.START)
    with pytest.raises(TransitionNotAllowedError) as refused:
        desk.act(ticket_id, Action.RESOLVE, **asked_of(Action.RESOLVE))
    assert Action.RESOLVE not in refused.value.allowed


def test_starting_gives_the_ticket_to_the_agent_and_releasing_takes_it_back() -> None:
    desk = Desk()
    ticket_id = desk.register()
    assert desk.act(ticket_id, Action.START, agent=PYOTR).ticket.assignee == PYOTR
    assert desk.act(ticket_id, Action.RELEASE).ticket.assignee is None


def test_a_released_ticket_stands_at_its_old_place() -> None:
    desk = Desk()
    first = desk.register()
    desk.wait(minutes=1)
    desk.register()
    desk.act(first, Action.START)
    desk.wait(minutes=1)
    assert desk.act(first, Action.RELEASE).queue_position == 1


# Words that go out


@pytest.mark.parametrize(
    ("action", "kind", "text"),
    [
        (Action.REQUEST_INFORMATION, OutboxKind.INFORMATION_REQUEST, "Какая у вас версия?"),
        (Action.ANNOUNCE_RELEASE, OutboxKind.RELEASE_NOTICE, "Выйдет в 4.2"),
        (Action.RESOLVE, OutboxKind.RESOLUTION, "Готово"),
    ],
)
def test_an_agents_words_are_kept_verbatim_and_wait_to_be_sent(
    action: Action, kind: OutboxKind, text: str
) -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    desk.act(ticket_id, action, **asked_of(action))
    message, waiting = desk.messages(ticket_id)[-1], desk.waiting_messages(ticket_id)[-1]
    assert (message.text, message.agent, message.author) == (text, OLGA, "agent")
    assert message.delivery is not None
    assert message.delivery.state is DeliveryState.PENDING
    assert (waiting.text, waiting.kind, waiting.message_id) == (text, kind, message.id)
    assert desk.events(ticket_id)[-1].message_id == message.id


@pytest.mark.parametrize("action", [Action.REQUEST_INFORMATION, Action.ANNOUNCE_RELEASE, Action.RESOLVE])
def test_nothing_is_sent_to_a_chat_that_was_taken_away_and_the_ticket_stays(action: Action) -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    desk.take_chat_away()
    with pytest.raises(ChatNotAssignedError):
        desk.act(ticket_id, action, **asked_of(action))
    assert desk.status(ticket_id) is Status.IN_PROGRESS
    assert len(desk.messages(ticket_id)) == 1


def test_work_that_sends_nothing_goes_on_without_the_chat() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.take_chat_away()
    desk.act(ticket_id, Action.START)
    view = desk.act(ticket_id, Action.RESOLVE, resolution=Resolution.FIXED)
    assert view.ticket.status is Status.RESOLVED


# What an action brings along


def test_development_release_and_settlement_are_kept() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    desk.act(ticket_id, Action.TRANSFER_TO_DEVELOPMENT, development=Development("DEV-7"))
    desk.act(ticket_id, Action.ANNOUNCE_RELEASE, release=Release("4.2", date(2026, 12, 1)))
    ticket = desk.act(ticket_id, Action.RESOLVE, resolution=Resolution.RELEASED, text="Вышло").ticket
    assert ticket.development == Development("DEV-7")
    assert ticket.release == Release("4.2", date(2026, 12, 1))
    assert ticket.settlement == Settlement(Resolution.RELEASED, "Вышло")
    again = desk.act(ticket_id, Action.REOPEN).ticket
    assert (again.settlement, again.development) == (None, Development("DEV-7"))


def test_a_separate_order_that_was_agreed_goes_to_development_and_one_that_was_not_is_closed() -> None:
    desk = Desk(boxed())
    agreed = desk.register(category=Category.CUSTOM_DEVELOPMENT)
    desk.act(agreed, Action.TRANSFER_TO_DEVELOPMENT, **asked_of(Action.TRANSFER_TO_DEVELOPMENT))
    assert desk.status(agreed) is Status.IN_DEVELOPMENT
    dropped = desk.register(category=Category.CUSTOM_DEVELOPMENT)
    ticket = desk.act(dropped, Action.CLOSE).ticket
    assert ticket.settlement == Settlement(Resolution.ORDER_NOT_PLACED)


def test_articles_are_not_kept_yet() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    with pytest.raises(InvalidValueError) as refused:
        desk.act(ticket_id, Action.RESOLVE, resolution=Resolution.ARTICLE, article_id="a-1")
    assert refused.value.pointer == "/article_id"


@pytest.mark.parametrize(
    ("action", "pointer"),
    [(Action.DEFER, "/finding"), (Action.DECLINE, "/finding"), (Action.RESOLVE, "/resolution")],
)
def test_an_action_without_what_it_needs_changes_nothing(action: Action, pointer: str) -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    with pytest.raises(InvalidValueError) as refused:
        desk.act(ticket_id, action)
    assert refused.value.pointer == pointer
    assert desk.status(ticket_id) is Status.IN_PROGRESS


# Who may


def test_a_version_that_has_moved_on_is_refused() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START, check=only_version(1))
    with pytest.raises(PreconditionFailedError):
        desk.act(ticket_id, Action.RELEASE, check=only_version(1))
    desk.act(ticket_id, Action.RELEASE, check=only_version(2))
    assert desk.ticket(ticket_id).version == 3


def test_a_foreign_ticket_is_not_there() -> None:
    desk = Desk()
    ticket_id = desk.register()
    with pytest.raises(NotFoundError) as refused:
        desk.act(ticket_id, Action.START, only=OTHER_AGENCY)
    assert refused.value.code == "ticket_not_found"


# Findings (4.6; 5.1, 5.2)

OF_4_6 = [finding for finding in Finding if finding is not Finding.HOURS_EXHAUSTED]


@pytest.mark.parametrize("finding", OF_4_6)
def test_a_finding_defers_with_its_clause_and_keeps_priority_and_place(finding: Finding) -> None:
    desk = Desk(boxed(TariffName.EXTENDED))
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    view = desk.act(ticket_id, Action.DEFER, finding=finding)
    decision = view.recorded.decision
    assert desk.reasons(ticket_id) == [f"4.6 {finding} deferred"]
    assert (decision.source, decision.priority) == (Source.AGENT, Priority.HIGH)
    assert (decision.resume_at, decision.earliest_start_at) == (None, None)
    assert notices(decision) == ["2.3 no_guaranteed_time"]
    assert (view.ticket.assignee, view.ticket.priority) == (None, Priority.HIGH)


def test_a_deferral_may_name_its_end() -> None:
    desk = Desk()
    ticket_id = desk.register()
    end = moscow(2026, 12, 7, 12)
    view = desk.act(ticket_id, Action.DEFER, finding=Finding.DELAYED_BY_CUSTOMER, resume_at=end)
    assert view.ticket.resume_at == end
    assert view.recorded.decision.resume_at == view.recorded.decision.earliest_start_at == end


def test_a_deferral_does_not_end_in_the_past() -> None:
    desk = Desk()
    ticket_id = desk.register()
    with pytest.raises(InvalidValueError) as refused:
        desk.act(ticket_id, Action.DEFER, finding=Finding.DELAYED_BY_CUSTOMER, resume_at=desk.now)
    assert (refused.value.pointer, refused.value.error_code) == ("/resume_at", "in_the_past")


@pytest.mark.parametrize("finding", OF_4_6)
def test_a_finding_declines_and_leaves_the_ticket_on_record(finding: Finding) -> None:
    desk = Desk()
    ticket_id = desk.register(sent_to_manager=True, knowledge_base_checked=False)
    view = desk.act(ticket_id, Action.DECLINE, finding=finding)
    decision = view.recorded.decision
    assert desk.reasons(ticket_id) == [f"4.6 {finding} declined"]
    assert notices(decision) == ["2.3 no_guaranteed_time", "2.3 manager_contact_has_no_effect"]
    assert (decision.priority, view.ticket.priority, view.queue_position) == (None, None, None)


def test_hours_are_found_exhausted_when_they_are_and_the_desk_knows_until_when() -> None:
    desk = Desk(boxed(TariffName.EXTENDED))
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    desk.book(ticket_id, 540)
    view = desk.act(ticket_id, Action.DEFER, finding=Finding.HOURS_EXHAUSTED)
    assert desk.reasons(ticket_id) == ["5.2 hours_exhausted deferred"]
    assert view.ticket.resume_at == moscow(2026, 12, 1, 9).astimezone(UTC)


def test_a_deferral_keeps_the_priority_though_the_tariff_was_lowered() -> None:
    desk = Desk(boxed(TariffName.EXTENDED))
    ticket_id = desk.register()
    desk.put(boxed(TariffName.SERVICE))
    desk.book(ticket_id, 180)
    view = desk.act(ticket_id, Action.DEFER, finding=Finding.HOURS_EXHAUSTED)
    assert desk.reasons(ticket_id) == ["5.1 hours_exhausted deferred"]
    assert (view.ticket.priority, view.recorded.decision.priority) == (Priority.HIGH, Priority.HIGH)


@pytest.mark.parametrize(
    ("customer", "minutes"),
    [(boxed(), 179), (boxed(TariffName.EXTENDED), 539), (a_customer(), 999)],
    ids=["service", "extended", "rental"],
)
def test_hours_are_not_found_exhausted_while_some_are_left(customer: object, minutes: int) -> None:
    desk = Desk(customer)  # type: ignore[arg-type]
    ticket_id = desk.register()
    desk.book(ticket_id, minutes)
    with pytest.raises(FindingNotAllowedError):
        desk.act(ticket_id, Action.DEFER, finding=Finding.HOURS_EXHAUSTED)


def test_hours_never_defer_a_critical_ticket() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register(category=Category.OPERATION_FAILURE, impact=Impact.CRM_DOWN)
    desk.book(ticket_id, 180)
    with pytest.raises(FindingNotAllowedError):
        desk.act(ticket_id, Action.DEFER, finding=Finding.HOURS_EXHAUSTED)
    assert desk.status(ticket_id) is Status.QUEUED


def test_used_up_hours_only_defer_and_never_decline() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register()
    desk.book(ticket_id, 180)
    with pytest.raises(FindingNotAllowedError):
        desk.act(ticket_id, Action.DECLINE, finding=Finding.HOURS_EXHAUSTED)
    assert desk.status(ticket_id) is Status.QUEUED


# Taking up again


def test_a_declined_ticket_is_reopened_with_the_priority_that_it_had() -> None:
    desk = Desk(boxed(TariffName.EXTENDED))
    ticket_id = desk.register()
    desk.act(ticket_id, Action.DECLINE, finding=Finding.OUT_OF_SCOPE)
    again = desk.act(ticket_id, Action.REOPEN)
    assert (again.ticket.status, again.ticket.priority) == (Status.QUEUED, Priority.HIGH)


def test_a_ticket_that_the_rules_declined_is_reopened_too() -> None:
    desk = Desk(UNPAID)
    ticket_id = desk.register()
    again = desk.act(ticket_id, Action.REOPEN)
    assert (again.ticket.status, again.ticket.priority) == (Status.QUEUED, Priority.NORMAL)


def test_a_reopened_ticket_stands_at_its_old_place() -> None:
    desk = Desk()
    first = desk.register()
    desk.wait(minutes=5)
    desk.register()
    desk.act(first, Action.START)
    desk.act(first, Action.RESOLVE, **asked_of(Action.RESOLVE))
    desk.wait(days=1)
    assert desk.act(first, Action.REOPEN).queue_position == 1


# Classifying: readings R5 and R18


def test_classifying_applies_the_reasons_that_waited_for_the_category() -> None:
    desk = Desk(boxed())
    spent = desk.register()
    desk.book(spent, 180)
    ticket_id = desk.register("Что за хрень", category=None)
    assert desk.status(ticket_id) is Status.NEW
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)
    assert desk.status(ticket_id) is Status.DEFERRED
    assert desk.reasons(ticket_id) == ["4.6 obscene_language deferred", "5.1 hours_exhausted deferred"]


def test_classifying_a_claim_down_decides_again() -> None:
    desk = Desk(boxed())
    spent = desk.register()
    desk.book(spent, 180)
    ticket_id = desk.register(category=None, impact=Impact.CRM_DOWN)
    assert desk.ticket(ticket_id).priority is Priority.CRITICAL
    desk.act(ticket_id, Action.CLASSIFY, category=Category.PRODUCT_DEFECT, impact=Impact.FUNCTION)
    assert (desk.status(ticket_id), desk.ticket(ticket_id).priority) == (Status.DEFERRED, Priority.NORMAL)
    assert desk.ticket(ticket_id).impact is Impact.FUNCTION


def test_classifying_without_an_impact_keeps_the_claimed_one() -> None:
    desk = Desk()
    ticket_id = desk.register(category=None, impact=Impact.SERVICE_DOWN)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.OPERATION_FAILURE)
    assert desk.ticket(ticket_id).impact is Impact.SERVICE_DOWN
    assert desk.ticket(ticket_id).priority is Priority.CRITICAL


def test_classifying_keeps_the_entitlement_of_the_first_decision_though_the_period_has_ended() -> None:
    desk = Desk(a_customer(paid_until=date(2026, 11, 20)))
    ticket_id = desk.register(category=None)
    desk.now = moscow(2026, 11, 23, 10)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.PRODUCT_DEFECT)
    assert desk.status(ticket_id) is Status.QUEUED
    assert desk.reasons(desk.register()) == ["1.3 paid_period_over declined"]


def test_classifying_keeps_the_minutes_of_the_first_decision_though_they_are_used_up_now() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register(category=None)
    desk.book(ticket_id, 500)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.PRODUCT_DEFECT)
    assert desk.status(ticket_id) is Status.QUEUED


def test_classifying_keeps_the_minutes_of_the_first_decision_though_they_are_free_now() -> None:
    desk = Desk(boxed())
    spent = desk.register()
    entry = desk.book(spent, 180)
    ticket_id = desk.register(category=None)
    desk.book(spent, 180, reverses=entry.id)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.PRODUCT_DEFECT)
    assert desk.reasons(ticket_id) == ["5.1 hours_exhausted deferred"]


def test_a_deferral_whose_end_has_come_is_none_and_the_present_entitlement_rules() -> None:
    desk = Desk(boxed())
    spent = desk.register()
    desk.book(spent, 180)
    ticket_id = desk.register(category=None)
    desk.now = moscow(2026, 12, 2, 10)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.PRODUCT_DEFECT)
    assert desk.status(ticket_id) is Status.QUEUED


def test_classifying_leaves_work_in_progress_with_its_agent() -> None:
    desk = Desk()
    ticket_id = desk.register(category=None)
    desk.act(ticket_id, Action.START, agent=PYOTR)
    ticket = desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION).ticket
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, PYOTR)


def test_classifying_out_of_scope_declines_at_once() -> None:
    desk = Desk()
    ticket_id = desk.register(category=None)
    desk.act(ticket_id, Action.START)
    ticket = desk.act(ticket_id, Action.CLASSIFY, category=Category.WEB_DESIGN).ticket
    assert (ticket.status, ticket.assignee, ticket.priority) == (Status.DECLINED, None, None)


def test_old_decisions_stay_readable_with_their_facts() -> None:
    desk = Desk()
    ticket_id = desk.register(category=None)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.WEB_DESIGN)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)
    decisions = desk.decisions(ticket_id)
    assert [recorded.decision.outcome for recorded in decisions] == [
        "accepted",
        "declined",
        "accepted",
    ]
    assert [recorded.facts.submission.category for recorded in decisions] == [
        None,
        Category.WEB_DESIGN,
        Category.API_CONSULTATION,
    ]
