"""Limits of new tickets over HTTP: 429 for that customer or chat only, with the time to wait."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.domain.calendar.work_calendar import WorkCalendar
from tests.api.service import ABSENT, AGENCY, CHAT, OTHER, OTHER_CHAT, Service, code_of, said, submission
from tests.service_fixtures import people

DAY = 86_400
SECOND_CHAT = "-1001234567891"


@pytest.fixture(scope="session", params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Take one engine: tickets are counted in memory."""
    name: str = request.param
    return name


@pytest.fixture
async def limited(database_url: str, base_calendar: WorkCalendar) -> AsyncIterator[Service]:
    """Give a service that allows three tickets a customer and two a chat."""
    service = Service(database_url, base_calendar, per_customer=3, per_chat=2)
    await people(service)
    chats = f"/v1/customers/{AGENCY}/chats/telegram"
    assert (await service.admin.put(f"{chats}/{SECOND_CHAT}", json={})).status_code == 201
    yield service
    await service.close()


async def fill(service: Service) -> None:
    """Reach the limit of the first chat."""
    for _ in range(2):
        await service.submitted()


async def test_the_limits_are_told_apart_and_hold_up_no_other_customer(limited: Service) -> None:
    await fill(limited)
    refused = await limited.submit()
    assert code_of(refused) == (429, "creation_limit_reached")
    assert (refused.json()["limit_of"], refused.headers["retry-after"]) == ("chat", str(DAY))
    await limited.submitted(chat_id=SECOND_CHAT)
    refused = await limited.submit(chat_id=SECOND_CHAT)
    assert (refused.status_code, refused.json()["limit_of"]) == (429, "customer")
    await limited.submitted(customer_id=OTHER, chat_id=OTHER_CHAT)
    page = (await limited.admin.get("/v1/tickets")).json()
    assert len(page["items"]) == 4


async def test_a_replayed_response_is_not_counted_and_comes_beyond_the_limit(limited: Service) -> None:
    once = {"Idempotency-Key": "once"}
    first = await limited.submit(headers=once)
    for _ in range(5):
        again = await limited.submit(headers=once)
        assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    await limited.submitted()
    refused = await limited.submit(headers={"Idempotency-Key": "other"})
    assert refused.status_code == 429
    assert (await limited.submit(headers=once)).status_code == 201
    limited.steady += DAY
    assert (await limited.submit(headers={"Idempotency-Key": "other"})).status_code == 201


async def test_refused_submissions_are_not_counted_and_keep_their_problem(limited: Service) -> None:
    wrong = (
        (submission(text=ABSENT), (422, "validation_failed")),
        (submission(chat_id="-999"), (422, "not_registered")),
        (submission(customer_id="nobody"), (404, "customer_not_found")),
        (submission(attachment_ids=["01930000-0000-7000-8000-000000000000"]), (422, "validation_failed")),
    )
    for _ in range(3):
        for body, problem in wrong:
            assert code_of(await limited.admin.post("/v1/tickets", json=body)) == problem
    await fill(limited)
    for body, problem in wrong:
        assert code_of(await limited.admin.post("/v1/tickets", json=body)) == problem


async def test_a_confined_key_cannot_spend_or_see_the_limit_of_another_customer(limited: Service) -> None:
    confined = await limited.with_key("tickets:write", customer=OTHER)
    for _ in range(5):
        assert code_of(await confined.post("/v1/tickets", json=submission()))[0] == 404
    await fill(limited)
    assert code_of(await confined.post("/v1/tickets", json=submission())) == (404, "customer_not_found")


async def test_a_step_of_the_wall_clock_changes_nothing(limited: Service) -> None:
    await fill(limited)
    for step in (timedelta(days=2), timedelta(days=-4)):
        limited.clock.now += step
        assert (await limited.submit()).headers["retry-after"] == str(DAY)
    limited.steady += DAY - 0.5
    assert (await limited.submit()).headers["retry-after"] == "1"
    limited.steady += 0.5
    await limited.submitted()


async def test_a_message_that_becomes_a_ticket_counts_too(limited: Service) -> None:
    ticket = await limited.submitted()
    await limited.moved(ticket["id"], "start")
    await limited.moved(ticket["id"], "resolve", resolution="answered", text="Готово")
    await limited.moved(ticket["id"], "close")
    path, message = (
        f"/v1/tickets/{ticket['id']}/messages",
        {"author": "customer", "text": "Снова не работает"},
    )
    assert (await limited.admin.post(path, json=message)).status_code == 201
    refused = await limited.admin.post(path, json=message)
    assert code_of(refused) == (429, "creation_limit_reached")
    assert refused.json()["limit_of"] == "chat"


async def test_submissions_of_http_and_of_chats_share_the_limits(limited: Service) -> None:
    await fill(limited)
    assert (await limited.update(message=said("1", "/new Слова"))).status_code == 200
    await limited.work()
    limited.clock.now += timedelta(seconds=3)
    await limited.work()
    metrics = (await limited.admin.get("/metrics")).text
    assert 'support_submissions_postponed_total{limit="chat"} 1.0' in metrics
    assert len((await limited.admin.get("/v1/tickets")).json()["items"]) == 2
    limited.steady += DAY
    limited.clock.now += timedelta(seconds=11)
    await limited.work()
    newest = (await limited.admin.get("/v1/tickets")).json()["items"][0]
    assert (newest["text"], newest["chat_id"]) == ("Слова", CHAT)
