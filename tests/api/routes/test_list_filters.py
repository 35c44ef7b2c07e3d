"""GET /v1/tickets: every filter alone, repeated and together; order, pages and Russian search."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from app.adapters.sql.stores import searches
from tests.api.service import AGENCY, CHAT, NOW, OTHER, OTHER_CHAT, Service, code_of, errors_of

Json = dict[str, Any]


@pytest.fixture
async def desk(service: Service) -> Service:
    """Give a desk with five tickets, an hour apart, named by their external ids."""
    await service.submitted(external_id="question", subject="Выгрузка на площадки")
    service.clock.now = NOW + timedelta(hours=1)
    await service.submitted(external_id="defect", category="product_defect", impact="crm_down")
    service.clock.now = NOW + timedelta(hours=2)
    await service.submitted(external_id="design", category="web_design", text="Нужен новый сайт агентства")
    service.clock.now = NOW + timedelta(hours=3)
    await service.submitted(
        external_id="triage", category=None, customer_id=OTHER, chat_id=OTHER_CHAT, text="Пропали фотографии"
    )
    service.clock.now = NOW + timedelta(hours=4)
    started = await service.submitted(external_id="started", text="", category="api_consultation")
    await service.moved(started["id"], "requeue")
    await service.moved(started["id"], "start", agent="Пётр")
    service.clock.now = NOW + timedelta(hours=5)
    return service


async def found(desk: Service, **filters: Any) -> list[str]:
    answer = await desk.admin.get("/v1/tickets", params=filters)
    assert answer.status_code == 200, answer.text
    return [ticket["external_id"] for ticket in answer.json()["items"]]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["started", "triage", "design", "defect", "question"]),
        ({"number": "STP-000002"}, ["defect"]),
        ({"number": ["STP-000001", "3"]}, ["design", "question"]),
        ({"external_id": "design"}, ["design"]),
        ({"external_id": ["design", "defect", "nothing"]}, ["design", "defect"]),
        ({"customer_id": OTHER}, ["triage"]),
        ({"customer_id": "nobody"}, []),
        ({"channel": "telegram"}, ["started", "triage", "design", "defect", "question"]),
        ({"channel": "whatsapp"}, []),
        ({"chat_id": OTHER_CHAT}, ["triage"]),
        ({"chat_id": [OTHER_CHAT, CHAT]}, ["started", "triage", "design", "defect", "question"]),
        ({"status": "queued"}, ["defect", "question"]),
        ({"status": ["new", "declined"]}, ["triage", "design"]),
        ({"status_category": "open"}, ["started", "triage", "defect", "question"]),
        ({"status_category": "done"}, ["design"]),
        ({"status_category": "paused"}, []),
        ({"status_category": "open", "status": ["new", "declined"]}, ["triage"]),
        ({"status_category": "paused", "status": "new"}, []),
        ({"priority": "critical"}, ["defect"]),
        ({"priority": ["critical", "normal"]}, ["triage", "defect"]),
        ({"category": "product_defect"}, ["defect"]),
        ({"category": ["product_defect", "web_design"]}, ["design", "defect"]),
        ({"assignee": "Пётр"}, ["started"]),
        ({"assignee": "Ирина"}, []),
        ({"outcome": "declined"}, ["design"]),
        ({"outcome": ["declined", "deferred"]}, ["started", "design"]),
        ({"reason": "web_design"}, ["design"]),
        ({"reason": ["web_design", "description_missing"]}, ["started", "design"]),
        ({"created_from": "2026-11-20T11:00:00+03:00", "created_to": "2026-11-20T13:00:00+03:00"},
         ["design", "defect"]),
        ({"created_from": "2026-11-20T10:00:00Z"}, ["started", "triage"]),
        ({"created_to": "2026-11-20T08:00:00Z"}, ["question"]),
        ({"updated_since": "2026-11-20T10:00:00Z"}, ["started", "triage"]),
        ({"customer_id": AGENCY, "status_category": "open", "priority": "high",
          "created_from": "2026-11-20T07:00:00Z", "created_to": "2026-11-20T07:00:01Z",
          "channel": "telegram", "chat_id": CHAT, "category": "feature_explanation", "outcome": "accepted",
          "query": "выгрузки", "number": "STP-000001", "external_id": "question",
          "updated_since": "2026-11-20T07:00:00Z", "status": "queued"}, ["question"]),
        ({"customer_id": AGENCY, "priority": "normal"}, []),
    ],
)  # fmt: skip
async def test_filters_repeat_for_or_and_hold_together(
    desk: Service, filters: Json, names: list[str]
) -> None:
    assert await found(desk, **filters) == names


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("-created_at", ["started", "triage", "design", "defect", "question"]),
        ("created_at", ["question", "defect", "design", "triage", "started"]),
        ("-updated_at", ["question", "started", "triage", "design", "defect"]),
        ("priority", ["defect", "question", "started", "triage", "design"]),
    ],
)
async def test_every_order_holds_over_pages_of_any_size(desk: Service, sort: str, names: list[str]) -> None:
    ticket = (await desk.admin.get("/v1/tickets", params={"external_id": "question"})).json()["items"][0]
    await desk.moved(ticket["id"], "start")
    paged: list[str] = []
    params: Json = {"sort": sort, "limit": 1}
    while True:
        page = (await desk.admin.get("/v1/tickets", params=params)).json()
        paged += [one["external_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        params = {"sort": sort, "limit": len(paged) + 1, "cursor": page["next_cursor"]}

    assert await found(desk, sort=sort) == names
    assert paged == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("выгрузку", ["question", "defect"]),
        ("ВЫГРУЗКОЙ объявлением", ["question", "defect"]),
        ("площадка", ["question"]),
        ("сайты", ["design"]),
        ("новая сайта", ["design"]),
        ("фотография", ["triage"]),
        ("фотография сайт", []),
        ("слон", []),
        ("!!!", []),
        ("", []),
    ],
)
async def test_words_are_found_in_other_forms_and_all_must_occur(
    desk: Service, query: str, names: list[str]
) -> None:
    assert sorted(await found(desk, query=query)) == sorted(names)


async def test_words_of_messages_are_found(desk: Service) -> None:
    ticket = (await desk.admin.get("/v1/tickets", params={"external_id": "triage"})).json()["items"][0]
    path = f"/v1/tickets/{ticket['id']}/messages"
    await desk.admin.post(path, json={"author": "customer", "text": "Вчера сломались жирафы"})
    await desk.admin.post(path, json={"author": "agent", "agent": "Ирина", "text": "Пришлите скриншоты"})

    assert await found(desk, query="жираф") == ["triage"]
    assert await found(desk, query="скриншота") == ["triage"]
    assert await found(desk, query="жираф скриншот фотографии") == ["triage"]


async def test_a_chat_that_was_given_away_is_still_found_by_its_address(desk: Service) -> None:
    await desk.admin.delete(f"/v1/customers/{OTHER}/chats/telegram/{OTHER_CHAT}")

    assert await found(desk, chat_id=OTHER_CHAT) == ["triage"]


@pytest.mark.parametrize(
    ("filters", "pointer"),
    [
        ({"number": "42x"}, "/query/number/0"),
        ({"number": ["1", "STP-"]}, "/query/number/1"),
        ({"status": "open"}, "/query/status/0"),
        ({"status_category": "new"}, "/query/status_category/0"),
        ({"priority": "urgent"}, "/query/priority/0"),
        ({"category": "x"}, "/query/category/0"),
        ({"outcome": "x"}, "/query/outcome/0"),
        ({"created_from": "2026-11-20"}, "/query/created_from"),
        ({"created_to": "now"}, "/query/created_to"),
        ({"updated_since": "1763622000"}, "/query/updated_since"),
        ({"sort": "id"}, "/query/sort"),
        ({"sort": "+created_at"}, "/query/sort"),
        ({"limit": 0}, "/query/limit"),
        ({"limit": 101}, "/query/limit"),
        ({"limit": "ten"}, "/query/limit"),
        ({"query": "x" * 201}, "/query/query"),
        ({"external_id": "a\0"}, "/query/external_id/0"),
        ({"status": ["new"] * 51}, "/query/status"),
    ],
)
async def test_a_wrong_filter_is_named(service: Service, filters: Json, pointer: str) -> None:
    answer = await service.admin.get("/v1/tickets", params=filters)

    assert [found for found, _ in errors_of(answer)] == [pointer]


async def test_a_cursor_is_good_only_for_the_list_it_came_from(desk: Service) -> None:
    cursor = (await desk.admin.get("/v1/tickets", params={"limit": 1})).json()["next_cursor"]
    page = {"cursor": cursor, "limit": 1}
    queue = (await desk.admin.get("/v1/queue", params={"limit": 1})).json()["next_cursor"]
    confined = await desk.with_key(customer=AGENCY)

    wrong = [
        await desk.admin.get("/v1/tickets", params=page | {"status": "new"}),
        await desk.admin.get("/v1/tickets", params=page | {"sort": "created_at"}),
        await desk.admin.get("/v1/customers", params=page),
        await desk.admin.get("/v1/tickets", params={"cursor": queue}),
        await desk.admin.get("/v1/tickets", params={"cursor": cursor[:-1]}),
        await desk.admin.get("/v1/tickets", params={"cursor": cursor + "A"}),
        await desk.admin.get("/v1/tickets", params={"cursor": ""}),
        await desk.admin.get("/v1/tickets", params={"cursor": "***"}),
        await desk.admin.get("/v1/tickets", params={"cursor": "A" * 2_000}),
        await desk.admin.get("/v1/tickets", params={"cursor": "ы\0"}),
        await confined.get("/v1/tickets", params=page),
    ]

    assert {code_of(answer) for answer in wrong} == {(400, "bad_cursor")}
    assert (await desk.admin.get("/v1/tickets", params=page)).status_code == 200


async def test_the_link_leads_to_the_next_page(desk: Service) -> None:
    first = await desk.admin.get("/v1/tickets", params={"limit": 2, "customer_id": [AGENCY, OTHER]})
    target = first.headers["link"].removeprefix("<").removesuffix('>; rel="next"')

    second = await desk.admin.get(target)
    last = await desk.admin.get(second.headers["link"].removeprefix("<").removesuffix('>; rel="next"'))

    assert [len(page.json()["items"]) for page in (first, second, last)] == [2, 2, 1]
    assert last.json()["next_cursor"] is None
    assert "link" not in last.headers
    assert first.json()["next_cursor"] in target


async def test_tickets_that_come_while_paging_double_and_hide_none(desk: Service) -> None:
    page = (await desk.admin.get("/v1/tickets", params={"limit": 2})).json()
    names = [one["external_id"] for one in page["items"]]
    await desk.submitted(external_id="late")

    rest = await found(desk, cursor=page["next_cursor"])

    assert names + rest == ["started", "triage", "design", "defect", "question"]


async def test_a_page_has_fifty_items_unless_asked_otherwise(service: Service) -> None:
    for _ in range(51):
        await service.submitted(category="web_design")

    default = (await service.admin.get("/v1/tickets")).json()
    largest = (await service.admin.get("/v1/tickets", params={"limit": 100})).json()

    assert (len(default["items"]), len(largest["items"])) == (50, 51)


@pytest.mark.parametrize("wanted", [{"query": "выгрузка"}, {"reason": "hours_exhausted"}, {}])
async def test_a_list_that_takes_too_long_says_how_to_narrow_it(
    desk: Service, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, str]
) -> None:
    monkeypatch.setattr(searches, "SEARCH_SECONDS", 0)
    english = await desk.admin.get("/v1/tickets", params=wanted, headers={"Accept-Language": "en"})
    assert code_of(english) == (503, "search_too_slow")
    assert "created_from" in english.json()["detail"]
    assert english.headers["retry-after"] == "5"
    assert (await desk.admin.get("/v1/queue")).status_code == 200


def many(name: str, values: Iterable[object]) -> str:
    return urlencode([(name, value) for value in values])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (urlencode({"query": " ".join(map(str, range(100)))[:200]}), 200),
        (urlencode({"query": " ".join("абвгдежзиклмнопрстуфхцчшщэюя" * 4)[:200]}), 200),
        (urlencode({"query": "я"}), 200),
        (urlencode({"query": "я" * 200}), 200),
        (urlencode({"query": "\ufdfa" * 200}), 200),
        (urlencode({"query": "я" * 201}), 422),
        (urlencode({"query": " ".join("я" * 128)}), 422),
        (many("status", ["queued"] * 50), 200),
        (many("status", ["queued"] * 1_000), 422),
        (many("reason", (f"r{n}" for n in range(50))), 200),
        (many("reason", (f"r{n}" for n in range(1_000))), 422),
        (many("chat_id", range(1, 51)) + "&" + many("number", range(1, 51)) + "&query=a", 200),
    ],
)
async def test_long_queries_and_repeated_filters_are_bounded(desk: Service, query: str, status: int) -> None:
    for more in ("", "&outcome=accepted&outcome=deferred&sort=priority", "&sort=-updated_at"):
        assert (await desk.admin.get(f"/v1/tickets?{query}{more}")).status_code == status
