"""Takes members out of JSON objects that strangers wrote."""

from typing import Any

from app.application.ports.messengers import UnreadableUpdateError

Members = dict[str, Any]

MAX_INTEGER = 2**53
"""Telegram's ids have at most 52 significant bits; anything beyond is none of its."""


def whole(value: object) -> bool:
    """Say whether a value is an integer that Telegram could have sent; true and 1.0 are not."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_INTEGER


def integer(holder: Members, name: str) -> int:
    """Give an integer member. UnreadableUpdateError if it is absent or something else."""
    value = holder.get(name)
    if not whole(value):
        raise UnreadableUpdateError(f"{name} is not an integer")
    return int(holder[name])


def member(holder: Members, name: str) -> Members:
    """Give an object member. UnreadableUpdateError if it is absent or something else."""
    value = optional_member(holder, name)
    if value is None:
        raise UnreadableUpdateError(f"{name} is not an object")
    return value


def optional_member(holder: Members, name: str) -> Members | None:
    """Give an object member, or None."""
    value = holder.get(name)
    return value if isinstance(value, dict) else None


def optional_text(holder: Members, name: str, longest: int) -> str | None:
    """Give a text member that can be stored, cut to a length; None if it is absent, empty or no text."""
    value = holder.get(name)
    return (storable(value)[:longest] or None) if isinstance(value, str) else None


def storable(text: str) -> str:
    """Give a text without what no database takes: NUL is dropped, half a surrogate pair is marked."""
    whole_pairs = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole_pairs.replace("\0", "")
