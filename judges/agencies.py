"""The service that is judged: fresh, with two customers and the keys that are confined to them."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from demo.process import ServiceProcess

AGENT = "Ирина"


@dataclass(frozen=True)
class Agency:
    """A customer with one working chat."""

    id: str
    chat_id: str
    record: dict[str, Any]


AGENCIES = (
    Agency(
        "agency-17",  # the examples of the contract name it, so they are taken by the service
        "-1001234567890",
        {
            "name": "Агентство «Новый дом»",
            "contract_accepted_on": "2025-12-15",
            "licence": "boxed",
            "tariffs": [{"tariff": "extended", "from": "2026-01-01", "until": "2099-12-31"}],
        },
    ),
    Agency(
        "agency-31",
        "-1003100000001",
        {
            "name": "Агентство «Ключи»",
            "contract_accepted_on": "2026-02-01",
            "licence": "rental",
            "paid_until": "2099-12-31",
        },
    ),
)


@contextmanager
def fresh_service() -> Iterator[ServiceProcess]:
    """Run a service of two customers on a fresh database and a free port; nothing is left of it."""
    with (
        tempfile.TemporaryDirectory(prefix="support-desk-judges-") as data_dir,
        ServiceProcess(Path(data_dir)) as service,
    ):
        with service.http() as http:
            _seed(http)
        yield service


def confined_keys(service: ServiceProcess) -> Mapping[str, str]:
    """Create a key with all scopes for each customer."""
    scopes = service.run("keys", "scopes").stdout.split()
    options = [word for scope in scopes for word in ("--scope", scope)]
    return {
        agency.id: service.run("keys", "create", "judge", *options, "--customer", agency.id).stdout.split()[
            -1
        ]
        for agency in AGENCIES
    }


def _seed(http: httpx.Client) -> None:
    """Create a chat, a ticket with a message and a time entry for each customer, and a calendar exception."""
    for agency in AGENCIES:
        path = f"/v1/customers/{agency.id}"
        _made(http.put(path, json=agency.record))
        _made(http.put(f"{path}/chats/telegram/{agency.chat_id}", json={"title": agency.record["name"]}))
        words = {
            "customer_id": agency.id,
            "channel": "telegram",
            "chat_id": agency.chat_id,
            "category": "operation_failure",
            "text": "Не выгружаются объявления",
            "external_id": f"crm-{agency.id}",
        }
        ticket = f"/v1/tickets/{_made(http.post('/v1/tickets', json=words))['id']}"
        _made(http.post(f"{ticket}/messages", json={"author": "customer", "text": "Ошибка та же"}))
        performed_at = http.get("/v1/work-calendar/status").json()["at"]
        entry = {"minutes": 5, "agent": AGENT, "performed_at": performed_at}
        _made(http.post(f"{ticket}/time-entries", json=entry))
    _made(http.put("/v1/work-calendar/exceptions/2026-12-30", json={"intervals": [], "reason": "Переезд"}))


def _made(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()
    return made
