"""Fifty threads on two processes at one ledger, chat limit, ETag, key: nothing is lost or doubled."""

# ruff: noqa: B023 - the round has ended when the loop goes on

from datetime import timedelta
from typing import Any

import pytest

from app.adapters.system import SystemClock
from demo.process import ServiceProcess
from tests.e2e.agencies import CHATS, EXTENDED, RENTAL, submission, sync
from tests.e2e.crowd import Crowd
from tests.e2e.plain_http import PlainClient, Reply
from tests.e2e.stored import assert_whole, count_of

pytestmark = pytest.mark.slow

THREADS = 50
ROUNDS = 100
EDITORS = 32
EDITING_ROUNDS = 20

BOOKED, TAKEN = 3, 2
TO_TAKE_BACK = 25
PERFORMED = "2026-01-12T12:00:00+03:00"
CHAT_LIMIT = 3

Pair = tuple[ServiceProcess, ServiceProcess]


def _begin(pair: Pair) -> PlainClient:
    with pair[0].http() as http:
        sync(http)
    return PlainClient(pair[0], patient=True)


def _submit(http: PlainClient, text: str, customer_id: str = RENTAL) -> Any:
    reply = http.post("/v1/tickets", submission(text, customer_id))
    assert reply.status == 201, reply
    return reply.json()


def _entry(minutes: int, **changed: Any) -> dict[str, Any]:
    return {"minutes": minutes, "agent": "Анна", "performed_at": PERFORMED, **changed}


def _codes(replies: list[Reply]) -> list[tuple[int, str]]:
    return [(reply.status, reply.json().get("code", "")) for reply in replies if reply.status >= 400]


def test_fifty_threads_lose_no_minute_and_take_none_back_twice(pair: Pair) -> None:
    at_most = TO_TAKE_BACK // TAKEN
    with _begin(pair) as http, Crowd(pair, THREADS) as crowd:
        path = f"/v1/tickets/{_submit(http, 'Считаем минуты', EXTENDED)['id']}/time-entries"
        expected = 0
        for _ in range(ROUNDS):
            entry = http.post(path, _entry(TO_TAKE_BACK)).json()["id"]

            def book_or_take_back(mine: PlainClient, number: int) -> Reply:
                booked = _entry(TAKEN, reverses=entry) if number % 2 else _entry(BOOKED)
                return mine.post(path, booked)

            replies = crowd.at_once(book_or_take_back)
            booked, taken = replies[::2], replies[1::2]
            assert {reply.status for reply in booked} == {201}
            assert _codes(taken) == [(409, "reversal_exceeds_entry")] * (len(taken) - at_most)
            expected += TO_TAKE_BACK + BOOKED * len(booked) - TAKEN * at_most
            usage = http.get(f"/v1/customers/{EXTENDED}/usage?month=2026-01")
            assert usage["used_minutes"] == expected
            assert [one["minutes"] for one in usage["tickets"]] == [expected]
    assert_whole(pair[0])
    assert count_of(pair[0], "time_entries") == ROUNDS * (1 + THREADS // 2 + at_most)


def test_fifty_threads_never_exceed_the_chat_limit(pair: Pair) -> None:
    chats = f"/v1/customers/{EXTENDED}/chats"
    with _begin(pair) as http, Crowd(pair, THREADS) as crowd:
        assert http.send("DELETE", f"{chats}/telegram/{CHATS[EXTENDED]}").status == 204
        for turn in range(ROUNDS):
            replies = crowd.at_once(
                lambda mine, number: mine.put(f"{chats}/telegram/-2{turn:03}{number:03}", {})
            )
            assert sum(reply.status == 201 for reply in replies) == CHAT_LIMIT
            refused = [reply for reply in replies if reply.status != 201]
            assert _codes(refused) == [(409, "chat_limit_reached")] * (THREADS - CHAT_LIMIT)
            assert {reply.json()["limit"] for reply in refused} == {CHAT_LIMIT}
            assigned = {reply.json()["chat_id"] for reply in replies if reply.status == 201}
            listed = {one["chat_id"] for one in http.get(chats)["items"]}
            assert listed == assigned
            for chat_id in assigned:
                assert http.send("DELETE", f"{chats}/telegram/{chat_id}").status == 204
    assert_whole(pair[0])


@pytest.mark.parametrize("what", ["ticket", "customer", "chat"])
def test_of_32_parallel_edits_on_one_etag_one_wins(pair: Pair, what: str) -> None:
    with _begin(pair) as http, Crowd(pair, EDITORS) as crowd:
        ticket = f"/v1/tickets/{_submit(http, 'Кто первый')['id']}"
        customer = f"/v1/customers/{RENTAL}"
        chat = f"{customer}/chats/telegram/{CHATS[RENTAL]}"
        record = {"contract_accepted_on": "2025-01-01", "licence": "rental", "paid_until": "2099-12-31"}

        def edit(mine: PlainClient, mark: str, seen: str) -> Reply:
            if what == "ticket":
                moved = {"action": "classify", "agent": mark, "category": "product_defect"}
                return mine.post(f"{ticket}/transitions", moved, If_Match=seen)
            if what == "customer":
                return mine.put(customer, {"name": mark, **record}, If_Match=seen)
            return mine.put(chat, {"title": mark}, If_Match=seen)

        path = {"ticket": ticket, "customer": customer, "chat": f"{customer}/chats"}[what]
        seen = edit(http, "первая", "*").headers["etag"]
        for turn in range(EDITING_ROUNDS):
            replies = crowd.at_once(lambda mine, number: edit(mine, f"{turn}-{number}", seen))
            assert _codes(replies) == [(412, "precondition_failed")] * (EDITORS - 1)
            (number,) = (n for n, reply in enumerate(replies) if reply.status == 200)
            seen = replies[number].headers["etag"]
            shown = http.get(f"{ticket}/events?limit=100" if what == "ticket" else path)
            last = shown["items"][-1] if "items" in shown else shown
            assert f"{turn}-{number}" in str(last)
    assert_whole(pair[0])


def test_fifty_parallel_posts_on_one_key_make_one_ticket_a_hundred_times(pair: Pair) -> None:
    with _begin(pair), Crowd(pair, THREADS) as crowd:
        for turn in range(ROUNDS):
            replies = crowd.at_once(
                lambda mine, _: mine.post(
                    "/v1/tickets", submission(f"Сбой {turn}"), Idempotency_Key=f"key-{turn}"
                )
            )
            assert {reply.status for reply in replies} == {201}
            assert len({reply.content for reply in replies}) == 1
            assert len({(reply.headers["location"], reply.headers["etag"]) for reply in replies}) == 1
            assert sum("idempotency-replayed" in reply.headers for reply in replies) == THREADS - 1
            assert count_of(pair[0], "tickets") == turn + 1
    assert_whole(pair[0])


def test_no_submission_stays_deferred_by_hours_when_minutes_come_free_beside_it(pair: Pair) -> None:
    tariff = {"tariff": "service", "from": "2025-01-01", "until": "2099-12-31"}
    record = {"contract_accepted_on": "2025-01-01", "licence": "boxed", "tariffs": [tariff]}
    deferred_at_first = 0
    with _begin(pair) as http, Crowd(pair, 16) as crowd:
        for turn in range(ROUNDS):
            customer_id, chat_id = f"hours-{turn}", f"-3{turn:03}"
            path = f"/v1/customers/{customer_id}"
            assert http.put(path, {"name": customer_id, **record}).status == 201
            assert http.put(f"{path}/chats/telegram/{chat_id}", {}).status == 201
            body = submission("Как настроить?") | {"customer_id": customer_id, "chat_id": chat_id}
            first = http.post("/v1/tickets", body).json()
            entries = f"/v1/tickets/{first['id']}/time-entries"
            now = SystemClock().stamp().now - timedelta(seconds=1)
            booked = _entry(180, performed_at=now.isoformat())
            entry = http.post(entries, booked).json()["id"]
            if http.post("/v1/tickets", body).json()["status"] != "deferred":
                pytest.skip(f"nothing is deferred to the next month at its very end: {now}")

            def submit_or_free(mine: PlainClient, number: int) -> Reply:
                if number:
                    return mine.post("/v1/tickets", body)
                return mine.post(entries, booked | {"reverses": entry})

            replies = crowd.at_once(submit_or_free)
            assert {reply.status for reply in replies} == {201}
            deferred_at_first += sum(reply.json()["status"] == "deferred" for reply in replies[1:])
            stuck = http.get(f"/v1/tickets?customer_id={customer_id}&status=deferred")["items"]
            assert [one["number"] for one in stuck] == [], f"round {turn}"
    assert deferred_at_first
    assert_whole(pair[0])
