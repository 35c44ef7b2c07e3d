"""What one process changes holds in every other on the same file."""

import time

import httpx

from demo.process import ServiceProcess
from tests.e2e.agencies import RENTAL, submission, sync

SATURDAY = "2026-12-19"
SPAN = {"from": f"{SATURDAY}T00:00:00+03:00", "to": f"{SATURDAY}T23:59:00+03:00"}
NOON = f"{SATURDAY}T12:00:00+03:00"


def _minutes(http: httpx.Client) -> int:
    minutes: int = http.get("/v1/work-calendar/working-time", params=SPAN).json()["minutes"]
    return minutes


def _earliest_start(http: httpx.Client) -> str:
    body = submission("Не открывается карточка")
    del body["customer_id"]
    asked = http.post("/v1/decisions", json={"as_of": NOON, "customer_id": RENTAL, "submission": body})
    start: str = asked.json()["earliest_start_at"]
    return start


def test_calendar_exception_holds_at_once_in_the_other_process(
    service: ServiceProcess, second: ServiceProcess
) -> None:
    path = f"/v1/work-calendar/exceptions/{SATURDAY}"
    with service.http() as here, second.http() as there:
        sync(here)
        assert (_minutes(there), _earliest_start(there)) == (0, "2026-12-21T06:00:00Z")
        for hour in range(10, 16):
            opens = {"intervals": [{"opens": "09:00", "closes": f"{hour}:00"}], "reason": "Дежурство"}
            put = here.put(path, json=opens)
            assert put.status_code in {200, 201}
            assert _minutes(there) == (hour - 9) * 60
        assert _earliest_start(there) == "2026-12-19T09:00:00Z"
        assert there.delete(path).status_code == 204
        assert (_minutes(here), _earliest_start(here)) == (0, "2026-12-21T06:00:00Z")


def test_key_of_the_command_line_works_and_stops_within_a_second(service: ServiceProcess) -> None:
    made = service.run("keys", "create", "crm", "--scope", "tickets:read")
    token = made.stdout.splitlines()[-1]
    with service.http() as http:
        bearer = {"Authorization": f"Bearer {token}"}
        assert _seconds_until(http, bearer, 200) < 1
        assert http.get("/v1/customers", headers=bearer).status_code == 403
        key_id = next(line.split("\t")[0] for line in service.run("keys", "list").stdout.splitlines())
        assert http.get("/v1/queue", headers=bearer).status_code == 200
        service.run("keys", "revoke", key_id)
        assert _seconds_until(http, bearer, 401) < 1


def _seconds_until(http: httpx.Client, headers: dict[str, str], status: int) -> float:
    began = time.perf_counter()
    while http.get("/v1/queue", headers=headers).status_code != status:
        assert time.perf_counter() - began < 5, f"never {status}"
        time.sleep(0.01)
    return time.perf_counter() - began
