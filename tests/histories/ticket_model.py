"""A ticket as it should behave: one operation after another, nothing at once."""

from dataclasses import dataclass, replace

from tests.histories.history import Kind, Op, Told

IN_QUEUE = "queued"
MOVES = {
    "start": (frozenset({IN_QUEUE}), "in_progress"),
    "release": (frozenset({"in_progress"}), IN_QUEUE),
    "request_information": (frozenset({"in_progress"}), "waiting_customer"),
    "wait_for_partner": (frozenset({"in_progress"}), "waiting_partner"),
    "requeue": (frozenset({"waiting_customer", "waiting_partner"}), IN_QUEUE),
    "resolve": (frozenset({"in_progress"}), "resolved"),
    "reopen": (frozenset({"resolved"}), IN_QUEUE),
}
TELLS_THE_CUSTOMER = frozenset({"request_information", "resolve"})
REQUEUED_BY_THE_CUSTOMER = frozenset({"waiting_customer", "resolved"})


@dataclass(frozen=True, slots=True)
class State:
    """A ticket; none at all before version 1."""

    version: int = 0
    status: str = ""
    assignee: str | None = None
    messages: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


ABSENT = State()


def after(state: State, op: Op) -> State | None:
    """Give the state after an operation; None if it cannot have been told this in this state.

    Of an operation that was not answered: the state if it took effect; None if it could have none.
    """
    if op.told in {Told.OK, Told.UNKNOWN}:
        changed = _effect(state, op)
        return changed if changed is not None and _shows(op, changed) else None
    return state if _refuses(state, op) else None


def _refuses(state: State, op: Op) -> bool:
    if op.told is Told.EMPTY:
        return state == ABSENT
    if op.told is Told.UNCHANGED:
        return True
    if state == ABSENT:
        return False
    outdated = op.if_match is not None and op.if_match != state.version
    if op.told is Told.OUTDATED:
        return outdated
    return not outdated and state.status not in MOVES[op.action][0]


def _effect(state: State, op: Op) -> State | None:
    if op.kind is Kind.SUBMIT:
        return State(1, IN_QUEUE, None, (op.mark,)) if state == ABSENT else None
    if state == ABSENT or (op.if_match is not None and op.if_match != state.version):
        return None
    if op.kind is Kind.READ:
        return state
    changed = replace(state, version=state.version + 1)
    if op.kind in {Kind.CLAIM, Kind.MOVE}:
        return _moved(changed, "start" if op.kind is Kind.CLAIM else op.action, op.mark)
    if op.kind is Kind.ENTRY:
        return replace(changed, entries=(*state.entries, op.mark))
    said = replace(changed, messages=(*state.messages, op.mark))
    if op.kind is Kind.CUSTOMER_MESSAGE and state.status in REQUEUED_BY_THE_CUSTOMER:
        return replace(said, version=said.version + 1, status=IN_QUEUE, assignee=None)
    return said


def _moved(state: State, action: str, mark: str) -> State | None:
    sources, target = MOVES[action]
    if state.status not in sources:
        return None
    moved = replace(state, status=target)
    if action == "start":
        return replace(moved, assignee=mark)
    if target == IN_QUEUE:
        return replace(moved, assignee=None)
    return replace(moved, messages=(*state.messages, mark)) if action in TELLS_THE_CUSTOMER else moved


def _shows(op: Op, state: State) -> bool:
    """Say whether what the answer shows is this state."""
    seen = op.seen
    if seen.version is not None and (seen.version, seen.status, seen.assignee) != (
        state.version,
        state.status,
        state.assignee,
    ):
        return False
    if seen.messages is not None and seen.messages != state.messages:
        return False
    return seen.entries is None or seen.entries == state.entries
