"""The checker finds every planted anomaly, and nothing in histories as they should be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.histories.checker import anomalies, linearizable
from tests.histories.history import NEVER, History, Kind, Op, Seen, Told
from tests.histories.ticket_model import ABSENT, MOVES, State, after

T = "ticket-1"


def seen(state: State) -> Seen:
    return Seen(state.version, state.status, state.assignee)


class Book:
    """Writes a history down as a service without faults would make it, one operation a second."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.states: dict[str, State] = {}
        self.submitted: list[tuple[str, str]] = []
        self.claimed: list[tuple[str, str]] = []

    def do(self, kind: Kind, ticket: str = T, **members: Any) -> Op:
        began = float(len(self.ops))
        op = Op(kind, f"{kind} {len(self.ops)}", began, began + 0.5, Told.OK, ticket)
        if kind is Kind.SUBMIT:
            op = replace(op, place=(1, str(began), ticket))
            self.submitted.append((op.mark, ticket))
        if kind is Kind.CLAIM:
            op = replace(op, place=next(o.place for o in self.ops if o.ticket == ticket and o.place))
            self.claimed.append((op.mark, ticket))
        op = replace(op, **members)
        before = self.states.get(ticket, ABSENT)
        state = before if op.told not in {Told.OK, Told.UNKNOWN} else after(before, op)
        assert state is not None
        self.states[ticket] = state
        if op.told is Told.OK and kind in {Kind.SUBMIT, Kind.CLAIM, Kind.MOVE, Kind.READ}:
            op = replace(op, seen=seen(state))
        self.ops.append(op)
        return op

    def history(self, *instead: Op) -> History:
        """Give it with a last look at every ticket, and with operations instead of those of their marks."""
        shown = tuple(
            Op(
                Kind.READ,
                "the last look",
                1_000,
                1_001,
                Told.OK,
                ticket,
                seen=replace(seen(state), messages=state.messages, entries=state.entries),
            )
            for ticket, state in self.states.items()
        )
        changed = {op.mark: op for op in instead}
        ops = tuple(changed.pop(op.mark, op) for op in self.ops)
        return History((*ops, *changed.values(), *shown), tuple(self.submitted), tuple(self.claimed))


def a_day() -> Book:
    """Give two tickets' ordinary life."""
    book = Book()
    book.do(Kind.SUBMIT)
    book.do(Kind.SUBMIT, "ticket-2")
    book.do(Kind.CLAIM)
    book.do(Kind.ENTRY)
    book.do(Kind.MOVE, action="request_information", if_match=3)
    book.do(Kind.CUSTOMER_MESSAGE)
    book.do(Kind.READ)
    book.do(Kind.AGENT_MESSAGE, "ticket-2")
    book.do(Kind.CLAIM)
    book.do(Kind.MOVE, action="resolve")
    return book


def an_op(kind: Kind, began: float, ended: float, told: Told = Told.OK, **members: Any) -> Op:
    return Op(kind, f"planted {kind}", began, ended, told, **{"ticket": T, **members})


def test_an_ordinary_day_is_in_order() -> None:
    assert anomalies(a_day().history()) == []


# What is no anomaly


@pytest.mark.parametrize("took_effect", [True, False])
def test_an_unanswered_operation_may_have_taken_effect_or_not(took_effect: bool) -> None:
    book = a_day()
    lost = an_op(Kind.ENTRY, 4, NEVER, Told.UNKNOWN)
    if took_effect:
        state = book.states[T]
        book.states[T] = replace(state, version=state.version + 1, entries=(*state.entries, lost.mark))
    assert anomalies(book.history(lost)) == []


def test_an_unanswered_submission_and_claim_may_be_found_in_the_books() -> None:
    book = Book()
    book.do(Kind.SUBMIT, ended=NEVER, told=Told.UNKNOWN)
    book.do(Kind.CLAIM, ended=NEVER, told=Told.UNKNOWN)
    book.ops = [replace(op, ticket=None, place=None) for op in book.ops]
    assert anomalies(book.history()) == []


def test_of_two_at_once_either_may_be_first() -> None:
    book = Book()
    book.do(Kind.SUBMIT)
    for _ in range(2):
        book.do(Kind.ENTRY, began=10.0, ended=20.0)
    book.ops[-2:] = reversed(book.ops[-2:])
    assert anomalies(book.history()) == []


def test_a_claim_may_pass_over_a_ticket_that_another_is_at() -> None:
    book = Book()
    book.do(Kind.SUBMIT)
    book.do(Kind.ENTRY, began=10.0, ended=20.0)
    empty = an_op(Kind.CLAIM, 11, 12, Told.EMPTY, ticket=None)
    assert anomalies(book.history(empty)) == []


@given(data=st.data(), length=st.integers(1, 12))
@settings(max_examples=60)
def test_any_run_of_the_model_is_in_order_however_its_operations_overlap(
    data: st.DataObject, length: int
) -> None:
    book = Book()
    book.do(Kind.SUBMIT)
    for _ in range(length):
        allowed = [action for action, (sources, _) in MOVES.items() if book.states[T].status in sources]
        kind = data.draw(st.sampled_from([Kind.MOVE, *list(Kind)[3:]]))
        book.do(kind, **({"action": data.draw(st.sampled_from(allowed))} if kind is Kind.MOVE else {}))
    wider = [
        replace(op, began=op.began - data.draw(st.floats(0, 3)), ended=op.ended + data.draw(st.floats(0, 3)))
        for op in book.ops
    ]
    assert anomalies(book.history(*wider)) == []


# What is


def _a_second_claim(book: Book) -> History:
    claim = an_op(Kind.CLAIM, 3.1, 3.4, seen=Seen(3, "in_progress", "planted claim"))
    return replace(book.history(claim), claimed=(*book.claimed, (claim.mark, T)))


def _a_lost_entry(book: Book) -> History:
    state = book.states[T]
    book.states[T] = replace(state, entries=())
    return book.history()


def _a_lost_version(book: Book) -> History:
    state = book.states[T]
    book.states[T] = replace(state, version=state.version - 1)
    return book.history()


def _a_lost_ticket(book: Book) -> History:
    history = book.history()
    looks = tuple(
        replace(op, told=Told.EMPTY, seen=Seen()) if op.began == 1_000 and op.ticket == "ticket-2" else op
        for op in history.ops
    )
    return replace(history, ops=looks)


def _a_ticket_that_is_not_in_the_books(book: Book) -> History:
    return replace(book.history(), submitted=tuple(book.submitted[:1]))


def _a_doubled_ticket(book: Book) -> History:
    return replace(book.history(), submitted=(*book.submitted, (book.submitted[0][0], "ticket-3")))


def _a_claim_that_two_tickets_show(book: Book) -> History:
    return replace(book.history(), claimed=(*book.claimed, (book.claimed[0][0], "ticket-2")))


def _a_ticket_of_nobody(book: Book) -> History:
    return replace(book.history(), submitted=(*book.submitted, ("someone else's", "ticket-3")))


def _a_stale_read(book: Book) -> History:
    return book.history(replace(book.ops[6], seen=Seen(4, "waiting_customer", "claim 2")))


def _a_read_of_the_future(book: Book) -> History:
    return book.history(an_op(Kind.READ, 1.6, 1.9, seen=Seen(2, "in_progress", "claim 2")))


def _reads_that_go_back(book: Book) -> History:
    slow = replace(book.ops[3], ended=4.0)
    new = an_op(Kind.READ, 3.1, 3.2, seen=Seen(3, "in_progress", "claim 2"))
    old = replace(new, mark="planted old", began=3.3, ended=3.4, seen=Seen(2, "in_progress", "claim 2"))
    return book.history(slow, new, old)


def _a_foreign_assignee(book: Book) -> History:
    return book.history(replace(book.ops[2], seen=Seen(2, "in_progress", "Другой")))


def _replays_that_differ(book: Book) -> History:
    return book.history(replace(book.ops[0], answers=(b"one", b"other")))


def _a_half_effect(book: Book) -> History:
    """The customer's message is there, but the ticket still waits for it."""
    half = book.ops[:5]
    message = an_op(Kind.CUSTOMER_MESSAGE, 5, 5.5)
    look = an_op(Kind.READ, 6, 6.5, seen=Seen(5, "waiting_customer", "claim 2"))
    return History((*half, message, look), tuple(book.submitted), (book.claimed[0],))


def _a_failure_that_took_effect(book: Book) -> History:
    return book.history(replace(book.ops[3], told=Told.UNCHANGED))


def _an_effect_without_a_cause(book: Book) -> History:
    state = book.states[T]
    book.states[T] = replace(state, version=state.version + 1)
    return book.history()


def _an_unanswered_entry_that_counts_twice(book: Book) -> History:
    lost = an_op(Kind.ENTRY, 4, NEVER, Told.UNKNOWN)
    state = book.states[T]
    twice = (*state.entries, lost.mark, lost.mark)
    book.states[T] = replace(state, version=state.version + 2, entries=twice)
    return book.history(lost)


def _an_effect_before_it_was_asked_for(book: Book) -> History:
    return book.history(replace(book.ops[3], began=5.6, ended=5.9))


def _two_edits_of_one_version(book: Book) -> History:
    other = replace(book.ops[4], mark="planted edit", seen=Seen(5, "waiting_customer", "claim 2"))
    state = book.states[T]
    book.states[T] = replace(state, version=state.version + 1)
    return book.history(other)


def _a_refusal_of_the_right_version(book: Book) -> History:
    return book.history(an_op(Kind.MOVE, 3.6, 3.9, Told.OUTDATED, action="release", if_match=3))


def _a_refusal_of_an_allowed_action(book: Book) -> History:
    return book.history(an_op(Kind.MOVE, 3.6, 3.9, Told.NOT_ALLOWED, action="release"))


def _messages_out_of_order(book: Book) -> History:
    state = book.states[T]
    book.states[T] = replace(state, messages=tuple(reversed(state.messages)))
    return book.history()


def _an_empty_queue_that_was_not(book: Book) -> History:
    return book.history(an_op(Kind.CLAIM, 3.1, 3.4, Told.EMPTY, ticket=None))


def _a_claim_of_the_second_while_the_first_waited(book: Book) -> History:
    early = Book()
    early.do(Kind.SUBMIT)
    early.do(Kind.SUBMIT, "ticket-2")
    early.do(Kind.CLAIM, "ticket-2")
    return early.history()


PLANTED: list[Callable[[Book], History]] = [
    _a_second_claim,
    _a_lost_entry,
    _a_lost_version,
    _a_lost_ticket,
    _a_ticket_that_is_not_in_the_books,
    _a_doubled_ticket,
    _a_claim_that_two_tickets_show,
    _a_ticket_of_nobody,
    _a_stale_read,
    _a_read_of_the_future,
    _reads_that_go_back,
    _a_foreign_assignee,
    _replays_that_differ,
    _a_half_effect,
    _a_failure_that_took_effect,
    _an_effect_without_a_cause,
    _an_unanswered_entry_that_counts_twice,
    _an_effect_before_it_was_asked_for,
    _two_edits_of_one_version,
    _a_refusal_of_the_right_version,
    _a_refusal_of_an_allowed_action,
    _messages_out_of_order,
    _an_empty_queue_that_was_not,
    _a_claim_of_the_second_while_the_first_waited,
]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__.strip("_"))
def test_a_planted_anomaly_is_found(plant: Callable[[Book], History]) -> None:
    found = anomalies(plant(a_day()))
    assert len(found) >= 1
    assert len(found) <= 2, "and little else is"


def test_a_long_history_of_many_at_once_is_judged_soon() -> None:
    book = Book()
    book.do(Kind.SUBMIT)
    for _ in range(80):
        book.do(Kind.ENTRY)
    wide = [replace(op, began=op.began - 4, ended=op.ended + 4) for op in book.ops]
    assert linearizable(book.history(*wide).ops)
