"""Updates as Telegram sends them, in the shapes of Bot API 10."""

import json
from typing import Any

BOT = "4200000001"
PERSON = {
    "id": 5_550_001,
    "is_bot": False,
    "first_name": "Анна",
    "last_name": "Серова",
    "language_code": "ru",
}
GROUP = {"id": -1_001_234_567_890, "type": "supergroup", "title": "Агентство 17 и поддержка"}
PRIVATE = {"id": 5_550_001, "type": "private", "first_name": "Анна", "last_name": "Серова"}
SECONDS = 1_795_330_800


def message(**content: Any) -> dict[str, Any]:
    """A message of a person in a group, with the given members over the usual ones."""
    return {"message_id": 71, "date": SECONDS, "from": PERSON, "chat": GROUP, **content}


def update(update_id: int = 900_000_001, **kinds: Any) -> bytes:
    return json.dumps({"update_id": update_id, **kinds}, ensure_ascii=False).encode()


def file(file_id: str = "AgACAgIAAx", **more: Any) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_size": 5_120, **more}
