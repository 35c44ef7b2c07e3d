"""Is there an order in which the operations, done one by one, would have been told what they were told?

Tickets do not touch each other but in the queue, so each is searched alone (Wing and Gong, with a memory
of what was tried); the queue is judged by what certainly waited.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.histories.history import NEVER, History, Kind, Op, QueueKey, Told
from tests.histories.ticket_model import ABSENT, IN_QUEUE, State, after


def anomalies(history: History) -> list[str]:
    """Name everything that cannot have happened; nothing for a history as it should be."""
    return [*_differing_replays(history), *_misbooked(history), *_disordered(history), *_skipped(history)]


def _differing_replays(history: History) -> Iterator[str]:
    for op in history.ops:
        if len(set(op.answers)) > 1:
            yield f"replays of {op.kind} {op.mark!r} differ"


def _misbooked(history: History) -> Iterator[str]:
    """Tickets and claims that are in the books twice, or unasked, or not although they were acknowledged."""
    for kind, booked in ((Kind.SUBMIT, history.submitted), (Kind.CLAIM, history.claimed)):
        ops = [op for op in history.ops if op.kind is kind]
        asked = {op.mark for op in ops}
        for mark, times in Counter(mark for mark, _ in booked).items():
            if times > 1:
                yield f"{kind} {mark!r} took effect {times} times"
            if mark not in asked:
                yield f"{kind} {mark!r} took effect and nobody asked for it"
        for op in ops:
            if op.told is Told.OK and (op.mark, op.ticket) not in booked:
                yield f"{kind} {op.mark!r} was acknowledged and is lost"


def _disordered(history: History) -> Iterator[str]:
    for ticket, ops in by_ticket(history).items():
        if not linearizable(ops):
            told = "\n".join(f"  {op}" for op in ops)
            yield f"no order explains ticket {ticket}:\n{told}"


def by_ticket(history: History) -> Mapping[str, list[Op]]:
    """Give each ticket's operations; those that were not told their ticket by what is in the books.

    An unanswered operation of which the books know nothing had no effect.
    """
    made = dict(history.submitted)
    taken = dict(history.claimed)
    tickets: defaultdict[str, list[Op]] = defaultdict(list)
    for op in sorted(history.ops, key=lambda op: op.began):
        known = op.ticket
        if known is None and op.kind is Kind.SUBMIT:
            known = made.get(op.mark)
        if known is None and op.kind is Kind.CLAIM and op.told is Told.UNKNOWN:
            known = taken.get(op.mark)
        if known is not None:
            tickets[known].append(op)
    return tickets


def linearizable(ops: Sequence[Op]) -> bool:
    """Say whether one ticket's operations can be put into an order that the model explains."""
    return _Search(tuple(ops)).finds(0, ABSENT)


class _Search:
    def __init__(self, ops: tuple[Op, ...]) -> None:
        self._ops = ops
        self._required = sum(1 << n for n, op in enumerate(ops) if op.told is not Told.UNKNOWN)
        self._tried: set[tuple[int, State]] = set()

    def finds(self, done: int, state: State) -> bool:
        """Say whether the operations that are not done can follow; `done` is a set of bits."""
        if done & self._required == self._required:
            return True
        if (done, state) in self._tried:
            return False
        self._tried.add((done, state))
        for number in self._next_ones(done):
            changed = after(state, self._ops[number])
            if changed is not None and self.finds(done | 1 << number, changed):
                return True
        return False

    def _next_ones(self, done: int) -> list[int]:
        """Give what may come next: whatever began before the first end of those that are left."""
        left = [number for number in range(len(self._ops)) if not done >> number & 1]
        first_end = min(self._ops[number].ended for number in left)
        return [number for number in left if self._ops[number].began <= first_end]


@dataclass(frozen=True)
class _Wait:
    """A ticket stood in the queue, and nobody was at it, between two instants."""

    place: QueueKey
    since: float
    until: float


def _skipped(history: History) -> Iterator[str]:
    """Claims that passed over a ticket which waited all the while and which nobody was at."""
    waits = [wait for ops in by_ticket(history).values() for wait in _waits(ops)]
    claims = [op for op in history.ops if op.kind is Kind.CLAIM]
    broken = [claim for claim in claims if claim.sent > 1 or claim.told in {Told.UNKNOWN, Told.UNCHANGED}]
    for claim in claims:
        if claim.told not in {Told.OK, Told.EMPTY}:
            continue
        if any(_overlap(claim, other) for other in broken):
            continue  # that one may have been at any ticket
        for wait in waits:
            passed = claim.place is None or wait.place < claim.place
            if passed and wait.since < claim.began and claim.ended < wait.until:
                yield f"claim {claim.mark!r} passed over {wait.place}"


def _waits(ops: Sequence[Op]) -> Iterator[_Wait]:
    """Give the times in which a ticket certainly waited and nothing was under way on it but reads."""
    place = next((op.place for op in ops if op.kind is Kind.SUBMIT and op.place), None)
    if place is None:
        return
    changes = [op for op in ops if op.kind is not Kind.READ]
    for op in changes:
        others = [other for other in changes if other is not op]
        if _leaves_it_waiting(op) and not any(_overlap(op, other) for other in others):
            until = min((other.began for other in others if other.began > op.ended), default=NEVER)
            yield _Wait(place, op.ended, until)


def _overlap(one: Op, other: Op) -> bool:
    return one is not other and one.began < other.ended and other.began < one.ended


def _leaves_it_waiting(op: Op) -> bool:
    return op.told is Told.OK and op.kind in {Kind.SUBMIT, Kind.MOVE} and op.seen.status == IN_QUEUE
