"""Customers that the tests of the running service write as."""

from typing import Any

import httpx

RENTAL = "agency-17"
EXTENDED = "agency-31"
CHATS = {RENTAL: "-1001234567890", EXTENDED: "-1003100000001"}

_RECORDS: dict[str, dict[str, Any]] = {
    RENTAL: {"licence": "rental", "paid_until": "2099-12-31"},
    EXTENDED: {
        "licence": "boxed",
        "tariffs": [{"tariff": "extended", "from": "2025-01-01", "until": "2099-12-31"}],
    },
}


def sync(http: httpx.Client) -> None:
    """Put the customers and their chats."""
    for customer_id, record in _RECORDS.items():
        path = f"/v1/customers/{customer_id}"
        put = http.put(path, json={"name": customer_id, "contract_accepted_on": "2025-01-01", **record})
        assert put.status_code == 201, put.text
        assert http.put(f"{path}/chats/telegram/{CHATS[customer_id]}", json={}).status_code == 201


def submission(text: str, customer_id: str = RENTAL, impact: str = "none") -> dict[str, Any]:
    """Give the body of a submission that is accepted and queued."""
    return {
        "customer_id": customer_id,
        "channel": "telegram",
        "chat_id": CHATS[customer_id],
        "text": text,
        "category": "operation_failure",
        "impact": impact,
    }
