"""Tickets and their list in every store."""

# ruff: noqa: B023 - the work has run when the loop goes on

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from app.application.ports.tickets import TicketFilter, TicketKey, TicketSort
from app.domain.language.hints import CategoryHint, TriageHints
from app.domain.language.notes import Note, TicketLanguage
from app.domain.language.spans import Obscenity, Span
from app.domain.tickets.queue import priority_rank
from app.domain.tickets.ticket import Development, Release, Settlement, Ticket
from app.domain.vocabulary import (
    Category,
    Clause,
    Impact,
    ObscenityLevel,
    Outcome,
    Priority,
    Resolution,
    Status,
)
from tests.contracts.builders import (
    AGENCY,
    OTHER_AGENCY,
    a_chat,
    a_ticket,
    add_tickets,
    an_id,
    at,
    number_of_new,
)
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio


def key_of(ticket: Ticket, sort: TicketSort) -> TicketKey:
    if sort is TicketSort.PRIORITY:
        return priority_rank(ticket.priority), ticket.received_at, ticket.id
    return (ticket.updated_at if sort is TicketSort.UPDATED else ticket.created_at), ticket.id


async def found(
    store: AnyStore, sort: TicketSort = TicketSort.OLDEST, limit: int = 100, **wanted: Any
) -> list[int]:
    page = await store.read(lambda uow: uow.tickets.page(TicketFilter(**wanted), sort, None, limit))
    return [int(ticket.id[-12:], 16) for ticket in page]


async def test_a_ticket_comes_back_as_it_was_stored(store: AnyStore) -> None:
    full = a_ticket(
        2,
        external_id="A-1",
        author=None,
        subject=None,
        text="",
        reproduction_steps=(),
        category=Category.PRODUCT_DEFECT,
        impact=Impact.CRM_DOWN,
        status=Status.CLOSED,
        priority=None,
        assignee="Ольга",
        resume_at=at(7.5),
        development=Development("JC-1"),
        release=Release("2.4", date(2026, 12, 1), "Скоро"),
        settlement=Settlement(Resolution.ARTICLE, None, "art-1"),
        received_at=at(-0.000001),
        obscene_level=ObscenityLevel.VULGAR,
        has_words=False,
        language=LANGUAGE,
        topic="7",
        hints=HINTS,
    )
    await store.write(lambda uow: add_tickets(uow, a_ticket(1), full))
    for ticket in (a_ticket(1), full):
        assert await store.read(lambda uow: uow.tickets.get(ticket.id)) == ticket
        assert await store.write(lambda uow: uow.tickets.lock(ticket.id)) == ticket


async def test_an_unknown_ticket_is_none(store: AnyStore) -> None:
    assert await store.read(lambda uow: uow.tickets.get(an_id(404))) is None
    assert await store.write(lambda uow: uow.tickets.lock(an_id(404))) is None


async def test_the_number_is_given_by_the_store_and_grows(store: AnyStore) -> None:
    first = await store.write(lambda uow: number_of_new(uow, replace(a_ticket(1), number=77)))
    second = await store.write(lambda uow: number_of_new(uow, replace(a_ticket(2), number=0)))
    assert first < second
    stored = await store.read(lambda uow: uow.tickets.get(an_id(2)))
    assert stored is not None
    assert stored.number == second


async def test_a_new_ticket_is_told_its_place_in_the_queue(store: AnyStore) -> None:
    """The place that it is shown in from then on."""
    urgent = Priority.CRITICAL
    told = []
    for ticket in (
        a_ticket(1),
        a_ticket(2),
        a_ticket(4, received_at=at(3)),
        a_ticket(3, received_at=at(3)),
        a_ticket(5, received_at=at(3), priority=urgent),
        a_ticket(6, priority=urgent, status=Status.DEFERRED),
        a_ticket(7, priority=urgent, assignee="Ольга"),
        a_ticket(8),
    ):
        entered = await store.write(lambda uow: uow.tickets.add(ticket, ()))
        assert entered is not None
        place = await store.read(lambda uow: uow.tickets.queue_places((ticket.id,)))
        assert entered.queue_position == place.get(ticket.id)
        told.append(entered.queue_position)
    assert told == [1, 2, 3, 3, 1, None, None, 6]


async def test_an_external_id_is_taken_once_by_each_customer(store: AnyStore) -> None:
    theirs = a_ticket(3, a_chat(2, OTHER_AGENCY), external_id="A-1")
    assert await store.write(lambda uow: uow.tickets.add(a_ticket(1, external_id="A-1"), ())) is not None
    assert await store.write(lambda uow: uow.tickets.add(a_ticket(2, external_id="A-1"), ())) is None
    assert await store.write(lambda uow: uow.tickets.add(theirs, ())) is not None
    assert await store.read(lambda uow: uow.tickets.get(an_id(2))) is None
    assert await store.read(lambda uow: uow.tickets.id_of_external(AGENCY, "A-1")) == an_id(1)
    assert await store.read(lambda uow: uow.tickets.id_of_external(OTHER_AGENCY, "A-1")) == an_id(3)
    assert await store.read(lambda uow: uow.tickets.id_of_external(AGENCY, "A-2")) is None


async def test_tickets_without_an_external_id_never_collide(store: AnyStore) -> None:
    assert await store.write(lambda uow: uow.tickets.add(a_ticket(1), ())) is not None
    assert await store.write(lambda uow: uow.tickets.add(a_ticket(2), ())) is not None


async def test_saving_replaces_what_changes_and_nothing_else(store: AnyStore) -> None:
    await store.write(lambda uow: add_tickets(uow, a_ticket(), a_ticket(2)))
    changed = a_ticket(
        category=Category.OTHER,
        impact=Impact.FUNCTION,
        status=Status.WAITING_RELEASE,
        priority=Priority.HIGH,
        assignee="Ольга",
        resume_at=at(60),
        development=Development("JC-1", "https://example.org/JC-1"),
        release=Release("2.4"),
        settlement=Settlement(Resolution.RELEASED, "Вышло"),
        updated_at=at(61),
        version=2,
        has_words=False,
        obscene_level=ObscenityLevel.MAT,
        language=LANGUAGE,
        topic="8",
    )
    other_words = replace(changed, text="иначе", subject="иначе", number=9, created_at=at(0))
    await store.write(lambda uow: uow.tickets.save(other_words))
    assert await store.read(lambda uow: uow.tickets.get(changed.id)) == changed
    assert await store.read(lambda uow: uow.tickets.get(an_id(2))) == a_ticket(2)


LANGUAGE = TicketLanguage(
    (
        Note(Obscenity("х*й", 3, 6, ObscenityLevel.MAT), "/subject"),
        Note(Span("идиоты", 0, 6), "/text", an_id(7, 5)),
    ),
    date(2026, 11, 20),
)
HINTS = TriageHints(
    (CategoryHint(Category.OTHER, Clause.C4_6, ("счёт", "акт")),), Impact.SERVICE_DOWN, edition="0"
)
"""Hints of rules that are no more: their edition is kept."""

FILTERS: Sequence[tuple[dict[str, Any], list[int]]] = (
    ({}, [1, 2, 3, 4, 5]),
    ({"customer_only": AGENCY}, [1, 2, 3]),
    ({"customer_only": "nobody"}, []),
    ({"numbers": (1, 5, 99)}, [1, 5]),
    ({"external_ids": ("A-1",)}, [1, 4]),
    ({"external_ids": ("A-1", "A-2")}, [1, 2, 4]),
    ({"customer_ids": (OTHER_AGENCY,)}, [4, 5]),
    ({"customer_ids": (OTHER_AGENCY, AGENCY)}, [1, 2, 3, 4, 5]),
    ({"customer_only": AGENCY, "customer_ids": (OTHER_AGENCY,)}, []),
    ({"channels": ("whatsapp",)}, [3]),
    ({"channels": ("whatsapp", "telegram")}, [1, 2, 3, 4, 5]),
    ({"chat_addresses": ("-1001",)}, [1, 2]),
    ({"chat_addresses": ("-1001", "+7900")}, [1, 2, 3]),
    ({"chat_addresses": ("-1001",), "channels": ("whatsapp",)}, []),
    ({"statuses": (Status.NEW,)}, [1, 5]),
    ({"statuses": (Status.NEW, Status.RESOLVED)}, [1, 3, 5]),
    ({"priorities": (Priority.CRITICAL,)}, [2]),
    ({"priorities": (Priority.CRITICAL, Priority.NORMAL)}, [1, 2, 3, 5]),
    ({"categories": (Category.PRODUCT_DEFECT,)}, [2, 3]),
    ({"assignees": ("Ольга",)}, [2, 3]),
    ({"assignees": ("Ольга", "Пётр")}, [2, 3]),
    ({"outcomes": (Outcome.DEFERRED,)}, [1, 4]),
    ({"outcomes": (Outcome.DEFERRED, Outcome.DECLINED)}, [1, 4, 5]),
    ({"reasons": ("hours_exhausted",)}, [1, 4]),
    ({"reasons": ("hours_exhausted", "obscene_language")}, [1, 4, 5]),
    ({"created_from": at(2)}, [2, 3, 4, 5]),
    ({"created_to": at(2)}, [1]),
    ({"created_from": at(2), "created_to": at(4)}, [2, 3]),
    ({"updated_since": at(40)}, [4, 5]),
    ({"stems": ("выгрузк",)}, [1, 2, 4]),
    ({"stems": ("выгрузк", "авито")}, [1, 4]),
    ({"stems": ("авито", "crm-2")}, [4]),
    ({"stems": ("crm",)}, []),
    ({"stems": ("выгрузк",), "customer_only": AGENCY}, [1, 2]),
    ({"stems": ("выгрузк",), "customer_only": AGENCY, "statuses": (Status.NEW,)}, [1]),
    (
        {
            "customer_only": AGENCY,
            "categories": (Category.PRODUCT_DEFECT,),
            "assignees": ("Ольга",),
            "priorities": (Priority.CRITICAL,),
            "created_from": at(2),
            "updated_since": at(2),
        },
        [2],
    ),
    ({"outcomes": (Outcome.DEFERRED,), "reasons": ("obscene_language",)}, []),
)


@pytest.fixture
async def five_tickets(store: AnyStore) -> None:
    def add(uow: Any) -> None:
        whatsapp = a_chat(3, channel="whatsapp", address="+7900")
        uow.chats.add(whatsapp)
        theirs = a_chat(2, OTHER_AGENCY)
        defect = Category.PRODUCT_DEFECT
        tickets = (
            (a_ticket(1, external_id="A-1"), ("выгрузк", "авито")),
            (
                a_ticket(2, external_id="A-2", priority=Priority.CRITICAL, category=defect, assignee="Ольга"),
                ("выгрузк",),
            ),
            (a_ticket(3, whatsapp, category=defect, assignee="Ольга"), ()),
            (a_ticket(4, theirs, external_id="A-1", priority=None), ("выгрузк", "авито", "crm-2")),
            (a_ticket(5, theirs), ("авито", "CRM")),
        )
        statuses = (Status.NEW, Status.IN_PROGRESS, Status.RESOLVED, Status.DECLINED, Status.NEW)
        for (ticket, stems), status in zip(tickets, statuses, strict=True):
            changed = replace(ticket, status=status, updated_at=at(10 * ticket.number))
            uow.tickets.add(changed, stems)
        uow.tickets.set_outcome(an_id(1), Outcome.ACCEPTED, ("chat_not_assigned",))
        uow.tickets.set_outcome(an_id(1), Outcome.DEFERRED, ("hours_exhausted", "description_missing"))
        uow.tickets.set_outcome(an_id(2), Outcome.ACCEPTED, ())
        uow.tickets.set_outcome(an_id(4), Outcome.DEFERRED, ("hours_exhausted",))
        uow.tickets.set_outcome(an_id(5), Outcome.DECLINED, ("obscene_language",))

    await store.write(add)


@pytest.mark.usefixtures("five_tickets")
@pytest.mark.parametrize(("wanted", "expected"), FILTERS, ids=lambda value: str(value)[:60])
async def test_a_filter_finds_exactly_what_it_names(
    store: AnyStore, wanted: dict[str, Any], expected: list[int]
) -> None:
    for sort in TicketSort:
        assert sorted(await found(store, sort, **wanted)) == expected


@pytest.mark.usefixtures("five_tickets")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (TicketSort.NEWEST, [5, 4, 3, 2, 1]),
        (TicketSort.OLDEST, [1, 2, 3, 4, 5]),
        (TicketSort.UPDATED, [5, 4, 3, 2, 1]),
        (TicketSort.PRIORITY, [2, 1, 3, 5, 4]),
    ],
)
@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"statuses": tuple(Status)},
        {"statuses": tuple(Status), "stems": ()},
        {"statuses": tuple(Status), "channels": ("telegram", "whatsapp"), "created_from": at(0)},
        {"priorities": tuple(Priority), "customer_ids": (AGENCY, OTHER_AGENCY)},
        {"updated_since": at(0)},
    ],
    ids="+".join,
)
async def test_every_order_is_kept_from_page_to_page(
    store: AnyStore, sort: TicketSort, expected: list[int], wanted: dict[str, Any]
) -> None:
    if "priorities" in wanted:
        expected = [number for number in expected if number != 4]  # it has none
    pages: list[Ticket] = []
    after: TicketKey | None = None
    while page := await store.read(lambda uow: uow.tickets.page(TicketFilter(**wanted), sort, after, 2)):
        assert len(page) <= 2
        pages.extend(page)
        after = key_of(page[-1], sort)
    assert [ticket.number for ticket in pages] == expected


@pytest.mark.parametrize("sort", TicketSort)
async def test_inserts_between_pages_neither_lose_nor_double_a_ticket(
    store: AnyStore, sort: TicketSort
) -> None:
    # Three instants for many tickets: the id must tell them apart.
    await store.write(
        lambda uow: add_tickets(
            uow,
            *(
                a_ticket(n, received_at=at(n % 3), created_at=at(n % 3), updated_at=at(n % 3))
                for n in range(10, 40, 2)
            ),
        )
    )
    seen: list[Ticket] = []
    after: TicketKey | None = None
    number = 11
    while page := await store.read(lambda uow: uow.tickets.page(TicketFilter(), sort, after, 4)):
        seen.extend(page)
        after = key_of(page[-1], sort)
        between = a_ticket(number, received_at=at(1), created_at=at(1), updated_at=at(1))
        number += 2
        await store.write(lambda uow: add_tickets(uow, between))
    ids = [ticket.id for ticket in seen]
    assert len(set(ids)) == len(ids)
    assert {an_id(n) for n in range(10, 40, 2)} <= set(ids)
    keys = [key_of(ticket, sort) for ticket in seen]
    downwards = sort in {TicketSort.NEWEST, TicketSort.UPDATED}
    assert all((one > other) if downwards else (one < other) for one, other in pairwise(keys))


async def test_added_stems_find_the_ticket_together_with_the_first_ones(store: AnyStore) -> None:
    await store.write(lambda uow: uow.tickets.add(a_ticket(), ("выгрузк", "объект")))
    assert await found(store, stems=("выгрузк", "авито")) == []
    await store.write(lambda uow: uow.tickets.add_stems(an_id(1), ("авито", "выгрузк")))
    await store.write(lambda uow: uow.tickets.add_stems(an_id(1), ()))
    assert await found(store, stems=("выгрузк", "авито", "объект")) == [1]
    assert await found(store, stems=("выгруз",)) == []


@pytest.mark.parametrize(
    "stem",
    [
        "a.b@c-d_e",
        '"',
        "'",
        "*",
        "-",
        "near",
        "and",
        "or",
        "not",
        "0",
        "000042",
        "Ab",
        "ё",
        "日本",
        "a\u00a0b",
    ],
)
async def test_a_stem_is_found_whole_whatever_it_is_made_of(store: AnyStore, stem: str) -> None:
    await store.write(lambda uow: uow.tickets.add(a_ticket(1), ("слово", stem)))
    await store.write(lambda uow: uow.tickets.add(a_ticket(2), ("слово",)))
    await store.write(lambda uow: uow.tickets.add_stems(an_id(2), ("ещё",)))
    assert await found(store, stems=(stem,)) == [1]
    assert await found(store, stems=("слово", stem)) == [1]
    await store.write(lambda uow: uow.tickets.add_stems(an_id(2), (stem,)))
    assert await found(store, stems=(stem, "ещё")) == [2]


async def test_the_tickets_deferred_by_hours_are_listed_oldest_first(store: AnyStore) -> None:
    def add(uow: Any) -> None:
        deferred: dict[str, Any] = {"status": Status.DEFERRED, "priority": Priority.NORMAL}
        tickets = (
            a_ticket(1, received_at=at(9), **deferred),
            a_ticket(2, received_at=at(5), **deferred),
            a_ticket(3, **deferred),
            a_ticket(4),
            a_ticket(5, a_chat(2, OTHER_AGENCY), **deferred),
        )
        add_tickets(uow, *tickets)
        for n in (1, 2, 4, 5):
            uow.tickets.set_outcome(an_id(n), Outcome.DEFERRED, ("hours_exhausted", "obscene_language"))
        uow.tickets.set_outcome(an_id(3), Outcome.DEFERRED, ("obscene_language",))

    await store.write(add)
    deferred = await store.write(lambda uow: uow.tickets.deferred_by_hours(AGENCY))
    assert [ticket.id for ticket in deferred] == [an_id(2), an_id(1)]
    assert await store.write(lambda uow: uow.tickets.deferred_by_hours("nobody")) == []
