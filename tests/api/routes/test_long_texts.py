"""Long texts are analysed outside the event loop, with a bound per key; short ones at once."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.api.dependencies import MOST_WAITING
from app.api.http.json_body import MAX_VALUES
from app.application.tickets.text_analysis import LONG
from app.domain.language.folding import Folded
from tests.api.service import AGENCY, CHAT, Client, Service, code_of, submission

SHORT, TOO_LONG = "а" * LONG, "а" * (LONG + 1)
DECISION: dict[str, Any] = {
    "customer_id": AGENCY,
    "submission": {"channel": "telegram", "chat_id": CHAT, "category": "feature_explanation"},
}


@pytest.fixture(scope="session", params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Take one engine: texts are analysed before the database is called."""
    name: str = request.param
    return name


class Judge:
    """Remembers in which threads texts were judged; outside the event loop's it may be kept waiting."""

    def __init__(self) -> None:
        self.threads: set[threading.Thread] = set()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, folded: Folded) -> tuple[()]:
        self.threads.add(threading.current_thread())
        if threading.current_thread() is not threading.main_thread():
            assert self.may_go_on.wait(10)
        return ()


@pytest.fixture
def judge(service: Service) -> Iterator[Judge]:
    judge = Judge()
    services = service.app.state.services
    service.app.state.services = replace(services, texts=replace(services.texts, judge=judge))
    yield judge
    judge.may_go_on.set()


def check(client: Client, text: str) -> Any:
    return client.post("/v1/text-checks", json={"text": text})


def decide(client: Client, **words: Any) -> Any:
    return client.post("/v1/decisions", json={**DECISION, "submission": DECISION["submission"] | words})


@pytest.mark.parametrize("long", [False, True])
async def test_only_long_texts_leave_the_event_loop(service: Service, judge: Judge, long: bool) -> None:
    text, half = TOO_LONG if long else SHORT, "а" * (LONG // 2)
    ticket = await service.submitted()
    judge.threads.clear()
    steps = [half, half, "а"] if long else [half]
    message = {"author": "customer", "text": text}
    for request in (
        check(service.admin, text),
        decide(service.admin, text=text),
        decide(service.admin, text="а", reproduction_steps=steps),
        service.submit(text=text),
        service.admin.post(f"/v1/tickets/{ticket['id']}/messages", json=message),
    ):
        answer = await request
        assert answer.status_code in {200, 201}, answer.text
        assert (threading.current_thread() in judge.threads) is not long
        judge.threads.clear()


async def test_the_loop_turns_while_a_long_text_is_judged(service: Service, judge: Judge) -> None:
    judge.may_go_on.clear()
    long = asyncio.create_task(check(service.admin, TOO_LONG))
    for path in ("/v1/queue", "/livez", "/readyz", f"/v1/customers/{AGENCY}"):
        assert (await service.admin.get(path)).status_code == 200
    assert (await service.submit(text=SHORT)).status_code == 201
    assert not long.done()
    judge.may_go_on.set()
    assert (await long).status_code == 200


async def test_a_key_that_floods_is_refused_and_holds_up_no_other_key(service: Service, judge: Judge) -> None:
    flooding = await service.with_key("tickets:read")
    judge.may_go_on.clear()
    flood = [asyncio.create_task(check(flooding, TOO_LONG)) for _ in range(MOST_WAITING + 3)]
    refused, _ = await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED, timeout=10)
    while len(refused) < 2:
        refused, _ = await asyncio.wait(flood, timeout=0.01)
    assert {code_of(task.result()) for task in refused} == {(429, "too_many_long_texts")}
    assert {task.result().headers["retry-after"] for task in refused} == {"1"}
    assert (await check(flooding, SHORT)).status_code == 200
    other = asyncio.create_task(check(service.admin, TOO_LONG))
    await asyncio.sleep(0)
    judge.may_go_on.set()
    assert (await other).status_code == 200
    answers = await asyncio.gather(*flood)
    assert [answer.status_code for answer in answers].count(200) == MOST_WAITING + 1
    assert (await check(flooding, TOO_LONG)).status_code == 200


@pytest.mark.parametrize(
    "part", ["[],", "{},", '{"a":1},', "[[]],", '"",', "1,", "1.5,", "[" * 60 + "]" * 60 + ","]
)
async def test_a_body_of_very_many_values_is_refused(service: Service, part: str) -> None:
    steps = part * (1_000_000 // len(part))
    body = f'{{"text": "а", "x": [{steps}1]}}'.encode()
    headers = {"Content-Type": "application/json"}
    answer = await service.admin.post("/v1/text-checks", content=body, headers=headers)
    assert code_of(answer) == (400, "malformed_body")


async def test_the_largest_submission_is_no_body_of_very_many_values(service: Service) -> None:
    text = ',"[{' * 4_096
    asked = submission(text=text, subject=text[:200], reproduction_steps=[text[:1_000]] * 30)
    assert json.dumps(asked).count(",") > MAX_VALUES
    assert (await service.admin.post("/v1/tickets", json=asked)).status_code == 201
