"""The life cycle of a ticket: the table, written by hand, and the effect of decisions on it."""

from dataclasses import replace

import pytest

from app.domain.regulation.decision import Decision
from app.domain.tickets.life_cycle import (
    DONE,
    LIFE_CYCLE,
    OPEN,
    PAUSED,
    allowed_actions,
    close,
    is_allowed,
    reopen,
    settle,
    start,
    status_category,
    to_queue,
)
from app.domain.tickets.ticket import Development, Release, Settlement, Ticket
from app.domain.vocabulary import (
    Action,
    Category,
    Outcome,
    Priority,
    Resolution,
    Source,
    Status,
)
from tests.contracts.builders import a_ticket
from tests.domain.cases import msk

COLUMNS = (
    "new queued in_progress waiting_customer waiting_partner in_development waiting_release "
    "deferred separate_order resolved declined closed"
).split()

TABLE = """
classify                 x x x  x x x x x x  x x .
start                    x x .  . . . . . .  . . .
release                  . . x  . . . . . .  . . .
request_information      . . x  . . . . . .  . . .
wait_for_partner         . . x  . . . . . .  . . .
transfer_to_development  . . x  . . . . . x  . . .
announce_release         . . x  . . x . . .  . . .
defer                    x x x  x x x x x x  . . .
decline                  x x x  x x x x x x  . . .
requeue                  . . .  x x x x x x  . . .
resolve                  . . x  . . x x . .  . . .
close                    . . .  . . . . . x  x x .
reopen                   . . .  . . . . . .  x x .
"""

ALLOWED = {
    (Action(action), Status(status)): mark == "x"
    for action, *marks in (line.split() for line in TABLE.split("\n") if line)
    for status, mark in zip(COLUMNS, marks, strict=True)
}

CATEGORIES = {
    "open": "new queued in_progress",
    "paused": "waiting_customer waiting_partner in_development waiting_release deferred separate_order",
    "done": "resolved declined closed",
}

RESUME = msk(2026, 12, 1, 9)
BUSY = a_ticket(
    category=Category.PRODUCT_DEFECT,
    priority=Priority.NORMAL,
    assignee="Ольга",
    resume_at=None,
    development=Development("DEV-1"),
    release=Release("2.0"),
    settlement=Settlement(Resolution.FIXED, "Готово"),
)


def at(status: Status, **changed: object) -> Ticket:
    return replace(BUSY, status=status, **changed)  # type: ignore[arg-type]


def a_decision(outcome: Outcome, priority: Priority | None = Priority.HIGH, **changed: object) -> Decision:
    decision = Decision(outcome, Source.RULES, (), (), priority, None, None)
    return replace(decision, **changed)  # type: ignore[arg-type]


def test_the_table_names_every_action_in_every_status() -> None:
    assert len(ALLOWED) == len(Action) * len(Status) == 13 * 12


@pytest.mark.parametrize(("action", "status"), ALLOWED)
def test_an_action_is_allowed_where_the_table_says(action: Action, status: Status) -> None:
    assert is_allowed(at(status), action) is ALLOWED[action, status]


@pytest.mark.parametrize("status", list(Status))
def test_the_allowed_actions_are_listed_in_the_order_of_the_table(status: Status) -> None:
    expected = [action for action, from_ in ALLOWED if from_ is status and ALLOWED[action, from_]]
    assert list(allowed_actions(at(status))) == expected


def test_nothing_is_settled_without_a_category() -> None:
    for status in Status:
        assert not is_allowed(at(status, category=None), Action.RESOLVE)


def test_what_else_is_allowed_does_not_depend_on_the_category() -> None:
    for (action, status), allowed in ALLOWED.items():
        if action is not Action.RESOLVE:
            assert is_allowed(at(status, category=None), action) is allowed


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_status_belongs_to_one_category(category: str) -> None:
    assert {str(s) for s in Status if status_category(s) == category} == set(CATEGORIES[category].split())


def test_the_three_categories_share_nothing_and_leave_nothing_out() -> None:
    assert set(Status) == OPEN | PAUSED | DONE
    assert len(Status) == len(OPEN) + len(PAUSED) + len(DONE)


def test_each_action_has_an_event_of_its_own() -> None:
    assert len({rule.event for rule in LIFE_CYCLE.values()}) == len(Action)


# Settling by a decision


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.CLOSED])
@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.DECLINED, Status.DECLINED),
        (Outcome.DEFERRED, Status.DEFERRED),
        (Outcome.SEPARATE_ORDER, Status.SEPARATE_ORDER),
    ],
)
def test_any_outcome_but_acceptance_moves_the_ticket_and_clears_its_agent(
    outcome: Outcome, expected: Status, status: Status
) -> None:
    settled = settle(at(status), a_decision(outcome))
    assert (settled.status, settled.assignee) == (expected, None)


@pytest.mark.parametrize(
    ("before", "category", "after", "assignee"),
    [
        ("new", True, "queued", None),
        ("new", False, "new", None),
        ("queued", True, "queued", None),
        ("queued", False, "new", None),
        ("in_progress", True, "in_progress", "Ольга"),
        ("in_progress", False, "in_progress", "Ольга"),
        ("waiting_customer", True, "queued", None),
        ("waiting_partner", True, "waiting_partner", "Ольга"),
        ("in_development", True, "in_development", "Ольга"),
        ("waiting_release", True, "waiting_release", "Ольга"),
        ("deferred", True, "queued", None),
        ("deferred", False, "new", None),
        ("separate_order", True, "queued", None),
        ("resolved", True, "queued", None),
        ("declined", True, "queued", None),
        ("declined", False, "new", None),
    ],
)
def test_acceptance_leaves_work_alone_and_sends_the_rest_to_the_queue(
    before: str, category: bool, after: str, assignee: str | None
) -> None:
    known = Category.PRODUCT_DEFECT if category else None
    settled = settle(at(Status(before), category=known), a_decision(Outcome.ACCEPTED))
    assert (settled.status, settled.assignee) == (Status(after), assignee)


def test_a_decision_brings_its_priority_and_its_end_of_a_deferral() -> None:
    deferred = settle(at(Status.QUEUED), a_decision(Outcome.DEFERRED, Priority.HIGH, resume_at=RESUME))
    assert (deferred.priority, deferred.resume_at) == (Priority.HIGH, RESUME)
    accepted = settle(deferred, a_decision(Outcome.ACCEPTED, Priority.CRITICAL))
    assert (accepted.priority, accepted.resume_at) == (Priority.CRITICAL, None)
    assert settle(accepted, a_decision(Outcome.DECLINED, None)).priority is None


def test_no_decision_changes_the_place_in_the_queue() -> None:
    for status in Status:
        for outcome in (Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.DECLINED, Outcome.SEPARATE_ORDER):
            settled = settle(at(status), a_decision(outcome))
            assert (settled.received_at, settled.id, settled.number) == (
                BUSY.received_at,
                BUSY.id,
                BUSY.number,
            )


# The other moves


@pytest.mark.parametrize(
    ("category", "expected"), [(Category.OTHER, Status.QUEUED), (None, Status.NEW)], ids=["known", "unknown"]
)
def test_a_ticket_goes_back_to_its_old_place_unassigned(category: Category | None, expected: Status) -> None:
    back = to_queue(at(Status.DEFERRED, category=category, resume_at=RESUME))
    assert (back.status, back.assignee, back.resume_at, back.settlement) == (expected, None, None, None)
    assert (back.priority, back.received_at) == (BUSY.priority, BUSY.received_at)


def test_work_begins_with_an_agent() -> None:
    started = start(at(Status.QUEUED, assignee=None), "Пётр")
    assert (started.status, started.assignee) == (Status.IN_PROGRESS, "Пётр")


def test_a_reopened_ticket_keeps_the_priority_that_it_had() -> None:
    again = reopen(at(Status.RESOLVED, priority=Priority.CRITICAL), Priority.NORMAL)
    assert (again.status, again.assignee, again.settlement) == (Status.QUEUED, None, None)
    assert (again.priority, again.received_at) == (Priority.CRITICAL, BUSY.received_at)


def test_a_reopened_refusal_gets_the_priority_that_it_would_have_had() -> None:
    assert reopen(at(Status.DECLINED, priority=None), Priority.HIGH).priority is Priority.HIGH


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.DECLINED])
def test_closing_keeps_what_was_settled(status: Status) -> None:
    closed = close(at(status))
    assert (closed.status, closed.assignee, closed.settlement) == (Status.CLOSED, None, BUSY.settlement)


def test_a_separate_order_that_is_closed_was_not_placed() -> None:
    assert close(at(Status.SEPARATE_ORDER)).settlement == Settlement(Resolution.ORDER_NOT_PLACED)
