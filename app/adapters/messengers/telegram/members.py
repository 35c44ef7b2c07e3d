"""Typed access to members of JSON objects from an untrusted sender."""

from typing import Any

from app.application.ports.messengers import UnreadableUpdateError

Members = dict[str, Any]

MAX_INTEGER = 2**53
"""Telegram's ids have at most 52 significant bits; a larger number cannot be its id."""


def whole(value: object) -> bool:
    """Check whether a value is an integer that Telegram could have sent; true and 1.0 are not."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_INTEGER


def integer(holder: Members, name: str) -> int:
    """Return an integer member.

    Raises UnreadableUpdateError if it is absent or has another type.
    """
    value = holder.get(name)
    if not whole(value):
        raise UnreadableUpdateError(f"{name} is not an integer")
    return int(holder[name])


def member(holder: Members, name: str) -> Members:
    """Return an object member.

    Raises UnreadableUpdateError if it is absent or has another type.
    """
    value = optional_member(holder, name)
    if value is None:
        raise UnreadableUpdateError(f"{name} is not an object")
    return value


def optional_member(holder: Members, name: str) -> Members | None:
    """Return an object member, or None."""
    value = holder.get(name)
    return value if isinstance(value, dict) else None


def optional_text(holder: Members, name: str, longest: int) -> str | None:
    """Return a storable text member, cut to a length; None if it is absent, empty or has another type."""
    value = holder.get(name)
    return (storable(value)[:longest] or None) if isinstance(value, str) else None


def storable(text: str) -> str:
    """Return a text that every database accepts: without NUL, with lone surrogates replaced."""
    whole_pairs = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole_pairs.replace("\0", "")
