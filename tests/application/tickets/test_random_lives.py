"""Any life of any tickets: whatever agents, customers and time do, the truths below hold after each step."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from app.application.errors import (
    ChatAssignedElsewhereError,
    ChatLimitReachedError,
    ChatNotAssignedError,
    FindingNotAllowedError,
    NotFoundError,
    ReversalExceedsEntryError,
    TicketClosedError,
    TransitionNotAllowedError,
)
from app.application.ports.tickets import TicketFilter
from app.application.tickets.submit_ticket import NotRegistered, Registered
from app.domain.calendar.service_hours import moscow_day
from app.domain.regulation.decide import decide
from app.domain.tickets.event import replay, state_of
from app.domain.tickets.life_cycle import allowed_actions
from app.domain.tickets.message import Message
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import (
    Action,
    AttachmentKind,
    Category,
    Finding,
    Impact,
    Outcome,
    Source,
    Status,
    TariffName,
)
from tests.application.desk import (
    AGENCY,
    ALL,
    ARGUMENTS,
    CHAT,
    OLGA,
    PYOTR,
    UNPAID,
    WAITING,
    Desk,
    a_customer,
    boxed,
    tariff,
)
from tests.domain.cases import CALENDAR

ENTITLED = (
    a_customer(),
    boxed(TariffName.SERVICE),
    boxed(TariffName.EXTENDED, exclusive_version=True),
)
RECORDS = (
    *ENTITLED,
    UNPAID,
    a_customer(contract_accepted_on=None),
    boxed(TariffName.EXTENDED),
    boxed(tariffs=()),
    boxed(tariffs=(tariff(TariffName.SERVICE, last=date(2026, 11, 24)),)),
)
TEXTS = ("Не грузится карта", "👍", "", "Что за хрень", "Спасибо", "1️⃣", "Когда?")
UNASSIGNED = {
    Status.NEW,
    Status.QUEUED,
    Status.DEFERRED,
    Status.SEPARATE_ORDER,
    Status.DECLINED,
    Status.CLOSED,
}
HALF_MINUTES = st.integers(0, 3 * 24 * 60).map(lambda minutes: minutes / 2)
WORDS = st.sampled_from(TEXTS)
WORK = (
    None,
    Category.PRODUCT_DEFECT,
    Category.OPERATION_FAILURE,
    Category.API_CONSULTATION,
    Category.CUSTOM_DEVELOPMENT,
)
CATEGORIES = st.one_of(st.sampled_from(WORK), st.sampled_from(Category))
IMPACTS = st.sampled_from(Impact)
TO_THE_CHAT = {Action.REQUEST_INFORMATION, Action.ANNOUNCE_RELEASE, Action.RESOLVE}


class Lives(RuleBasedStateMachine):
    tickets = Bundle("tickets")
    entries = Bundle("entries")

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.counted: dict[str, list[tuple[date, int]]] = {}
        self.seen: dict[str, tuple[list[Any], ...]] = {}
        self.births: dict[str, tuple[Any, ...]] = {}

    @initialize(target=tickets, record=st.sampled_from(ENTITLED), category=CATEGORIES, impact=IMPACTS)
    def open_the_desk(self, record: Any, category: Category | None, impact: Impact) -> Any:
        self.desk = Desk(record)
        return self.born(self.desk.register(category=category, impact=impact))

    def unchanged(self, ticket_id: str, *refusals: type[Exception]) -> Callable[[Exception], None]:
        before = self.desk.ticket(ticket_id)

        def check(error: Exception) -> None:
            assert isinstance(error, refusals)
            assert self.desk.ticket(ticket_id) == before

        return check

    def born(self, ticket_id: str) -> str:
        if ticket_id not in self.births:
            self.ids.append(ticket_id)
            ticket = self.desk.ticket(ticket_id)
            self.births[ticket_id] = (ticket.number, ticket.received_at, ticket.text, ticket.created_at)
        return ticket_id

    # What happens

    @rule(
        target=tickets,
        text=WORDS,
        category=CATEGORIES,
        impact=IMPACTS,
        kinds=st.sampled_from([(), (AttachmentKind.VOICE,)]),
    )
    def submit(self, text: str, category: Category | None, impact: Impact, kinds: Any) -> Any:
        dry = self.desk.try_out(text, category=category, impact=impact, attachment_kinds=kinds)
        result = self.desk.submit(text, category=category, impact=impact, attachment_kinds=kinds)
        if isinstance(result, NotRegistered):
            assert (result.decision, result.facts) == dry
            assert self.desk.chats() == {}
            return multiple()
        assert isinstance(result, Registered)
        assert (result.view.recorded.decision, result.view.recorded.facts) == dry
        return self.born(result.view.ticket.id)

    @rule(
        ticket_id=tickets,
        choice=st.one_of(st.integers(0, 11), st.sampled_from(Action)),
        category=CATEGORIES.filter(bool),
        impact=st.one_of(st.none(), st.sampled_from(Impact)),
        finding=st.sampled_from(Finding),
        agent=st.sampled_from([OLGA, PYOTR]),
        ends=st.one_of(st.none(), st.integers(1, 5)),
    )
    def act(
        self,
        ticket_id: str,
        choice: int | Action,
        category: Category,
        impact: Impact | None,
        finding: Finding,
        agent: str,
        ends: int | None,
    ) -> None:
        """Mostly what is allowed, and now and then whatever it be."""
        desk, before = self.desk, self.desk.ticket(ticket_id)
        allowed = allowed_actions(before) or tuple(Action)
        action = choice if isinstance(choice, Action) else allowed[choice % len(allowed)]
        asked: dict[str, Any] = {**ARGUMENTS.get(action, {}), "agent": agent}
        if action is Action.CLASSIFY:
            asked |= {"category": category, "impact": impact}
        if action in {Action.DEFER, Action.DECLINE}:
            asked["finding"] = finding
        if action is Action.DEFER and ends is not None:
            asked["resume_at"] = desk.now + timedelta(days=ends)
        unchanged = self.unchanged(
            ticket_id, TransitionNotAllowedError, FindingNotAllowedError, ChatNotAssignedError
        )
        try:
            view = desk.act(ticket_id, action, **asked)
        except (TransitionNotAllowedError, FindingNotAllowedError, ChatNotAssignedError) as refused:
            unchanged(refused)
            if isinstance(refused, TransitionNotAllowedError):
                assert action not in allowed_actions(before)
            elif isinstance(refused, FindingNotAllowedError):
                assert asked["finding"] is Finding.HOURS_EXHAUSTED
            else:
                assert action in TO_THE_CHAT
                assert desk.chats() == {}
        else:
            assert action in allowed_actions(before)
            assert view == desk.view(ticket_id)

    @rule(target=tickets, ticket_id=tickets, text=WORDS)
    def reply(self, ticket_id: str, text: str) -> Any:
        result = self.desk.reply(ticket_id, text)
        if isinstance(result, NotRegistered):
            assert self.desk.status(ticket_id) is Status.CLOSED
            return multiple()
        assert isinstance(result, Message)
        if result.ticket_id == ticket_id:
            return multiple()
        assert self.desk.status(ticket_id) is Status.CLOSED
        return self.born(result.ticket_id)

    @rule(ticket_id=tickets)
    def say(self, ticket_id: str) -> None:
        unchanged = self.unchanged(ticket_id, TicketClosedError, ChatNotAssignedError)
        try:
            self.desk.say(ticket_id)
        except (TicketClosedError, ChatNotAssignedError) as refused:
            unchanged(refused)

    @rule(agent=st.sampled_from([OLGA, PYOTR]))
    def claim(self, agent: str) -> None:
        queue = self.desk.read(lambda uow: uow.tickets.queue_page(WAITING, only=None, after=None, limit=ALL))
        claimed = self.desk.claim(agent)
        assert (claimed.id if claimed else None) == (queue[0].id if queue else None)

    @rule(
        target=entries, ticket_id=tickets, minutes=st.sampled_from([1, 30, 150, 400]), ago=st.integers(0, 40)
    )
    def book(self, ticket_id: str, minutes: int, ago: int) -> tuple[str, str, int]:
        at = self.desk.now - timedelta(days=ago)
        entry = self.desk.book(ticket_id, minutes, at)
        ordered = self.desk.decisions(ticket_id)[-1].decision.outcome is Outcome.SEPARATE_ORDER
        assert entry.counts is not ordered
        if entry.counts:
            self.counted.setdefault(entry.id, []).append((moscow_day(at), minutes))
        return ticket_id, entry.id, minutes

    @rule(target=entries, entry=consumes(entries), part=st.sampled_from([1, 30, 150]))
    def take_back(self, entry: tuple[str, str, int], part: int) -> Any:
        ticket_id, entry_id, left = entry
        if part > left:
            with suppress(ReversalExceedsEntryError):
                self.desk.book(ticket_id, part, reverses=entry_id)
                raise AssertionError("more was taken back than was left")
            return entry
        self.desk.book(ticket_id, part, reverses=entry_id)
        self.nothing_waits_for_minutes_that_are_free()
        if entry_id in self.counted:
            self.counted[entry_id].append((self.counted[entry_id][0][0], -part))
        return (ticket_id, entry_id, left - part) if left > part else multiple()

    @rule(record=st.sampled_from(RECORDS))
    def put(self, record: Any) -> None:
        if self.desk.put(record)[0].updated_at == self.desk.now:
            self.nothing_waits_for_minutes_that_are_free()

    @rule(really=st.integers(0, 5))
    def take_chat_away(self, really: int) -> None:
        if really:
            return
        with suppress(NotFoundError):
            self.desk.take_chat_away()

    @rule()
    def give_chat_back(self) -> None:
        with suppress(ChatLimitReachedError, ChatAssignedElsewhereError):
            self.desk.assign(CHAT)

    @rule(minutes=HALF_MINUTES)
    def wait(self, minutes: float) -> None:
        self.desk.wait(minutes=minutes)

    @rule(minutes=st.sampled_from([540, 1_619, 1_620]))
    def wait_for_days(self, minutes: int) -> None:
        self.desk.wait_working_minutes(minutes)

    # What holds

    def every(self) -> list[Ticket]:
        return [self.desk.ticket(ticket_id) for ticket_id in self.ids]

    @invariant()
    def the_history_replays_to_the_present_state(self) -> None:
        for ticket in self.every():
            events = self.desk.events(ticket.id)
            assert replay(events) == state_of(ticket)
            assert ticket.version == len(events)
            assert ticket.updated_at == events[-1].at
            assert events[0].status_from is None
            for before, after in pairwise(events):
                assert after.status_from is before.status_to
                assert after.at >= before.at
                assert after.id > before.id

    @invariant()
    def what_the_rules_decided_replays_from_its_facts(self) -> None:
        for ticket_id in self.ids:
            for recorded in self.desk.decisions(ticket_id):
                if recorded.decision.source is Source.RULES:
                    assert decide(recorded.facts) == recorded.decision

    @invariant()
    def histories_only_grow(self) -> None:
        for ticket_id in self.ids:
            now: tuple[list[Any], ...] = (
                list(self.desk.decisions(ticket_id)),
                list(self.desk.events(ticket_id)),
                [message.text for message in self.desk.messages(ticket_id)],
            )
            for was, is_ in zip(self.seen.get(ticket_id, ([], [], [])), now, strict=True):
                assert is_[: len(was)] == was
            self.seen[ticket_id] = now

    @invariant()
    def nothing_moves_a_ticket_from_its_place(self) -> None:
        for ticket in self.every():
            assert (ticket.number, ticket.received_at, ticket.text, ticket.created_at) == self.births[
                ticket.id
            ]

    @invariant()
    def status_agent_priority_and_times_agree(self) -> None:
        for ticket in self.every():
            if ticket.status in UNASSIGNED:
                assert ticket.assignee is None
            if ticket.status is Status.IN_PROGRESS:
                assert ticket.assignee is not None
            if ticket.status is Status.NEW:
                assert ticket.category is None
            if ticket.status is not Status.CLOSED:
                assert (ticket.priority is None) is (ticket.status is Status.DECLINED)
            if ticket.resume_at is not None:
                assert ticket.status is Status.DEFERRED
            if ticket.settlement is not None:
                assert ticket.status in {Status.RESOLVED, Status.CLOSED}
            if ticket.status is Status.RESOLVED:
                assert ticket.settlement is not None
                assert ticket.category is not None

    @invariant()
    def a_deferred_ticket_shows_the_decision_that_deferred_it(self) -> None:
        for ticket in self.every():
            decision = self.desk.decisions(ticket.id)[-1].decision
            if ticket.status is Status.DEFERRED:
                assert decision.outcome is Outcome.DEFERRED
                assert decision.resume_at == ticket.resume_at
            if ticket.status is Status.DECLINED:
                assert decision.outcome is Outcome.DECLINED
            if ticket.status is Status.SEPARATE_ORDER:
                assert decision.outcome is Outcome.SEPARATE_ORDER

    @invariant()
    def the_queue_is_everything_that_waits_in_one_order(self) -> None:
        rank = {"critical": 1, "high": 2, "normal": 3}
        waiting = [ticket for ticket in self.every() if ticket.status in WAITING]
        waiting.sort(key=lambda t: (rank[t.priority or ""], t.received_at, t.id))
        places = [self.desk.view(ticket.id).queue_position for ticket in waiting]
        assert places == list(range(1, len(waiting) + 1))

    def nothing_waits_for_minutes_that_are_free(self) -> None:
        """Right after a change of the record or of the ledger; time alone takes up nothing here."""
        left = self.desk.try_out()[1].entitlement.minutes_left(moscow_day(self.desk.now))
        if left:
            deferred = self.desk.read(lambda uow: uow.tickets.deferred_by_hours(AGENCY))
            assert deferred == []

    @invariant()
    def the_list_finds_tickets_by_their_latest_outcome(self) -> None:
        for outcome in Outcome:
            found = self.desk.list(TicketFilter(outcomes=(outcome,)))
            latest = {i for i in self.ids if self.desk.decisions(i)[-1].decision.outcome is outcome}
            assert {ticket.id for ticket in found} == latest

    @invariant()
    def the_minutes_used_are_those_booked_in_the_month(self) -> None:
        if not self.counted:
            return
        today = moscow_day(self.desk.now)
        booked = [each for entry in self.counted.values() for each in entry]
        expected = sum(m for day, m in booked if (day.year, day.month) == (today.year, today.month))
        entitlement = self.desk.try_out()[1].entitlement
        assert entitlement.minutes_used == expected

    @invariant()
    def no_clock_is_negative_or_exceeds_the_working_time(self) -> None:
        for ticket in self.every():
            measured = self.desk.view(ticket.id).measured
            whole = CALENDAR.working_minutes_between(ticket.received_at, self.desk.now)
            parts = [measured.waited_minutes, measured.worked_minutes, *measured.paused_minutes.values()]
            assert min(parts) >= 0
            assert sum(parts) <= whole
            assert (measured.resolved_at is not None) is (ticket.settlement is not None and _settled(ticket))


def _settled(ticket: Ticket) -> bool:
    return ticket.settlement is not None and ticket.settlement.code != "order_not_placed"


def test_customer_and_chat_of_these_lives_are_those_of_the_desk() -> None:
    assert all(record.id == AGENCY for record in RECORDS)
    assert Desk().chats() == {CHAT: False}


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
