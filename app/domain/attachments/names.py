"""Names of files: readable, safe to save on any system, and with the ending of the detected type (4.4)."""

import unicodedata

from app.domain.attachments.file_types import ENDINGS

MAX_NAME = 200
MAX_NAME_BYTES = 255
"""Limits of a name in characters and in bytes of UTF-8; no file system accepts more bytes."""

_MAX_ENDING = 20
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that are invisible or reorder the displayed name."""
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
"""Letters and marks that are displayed as nothing."""
_RESERVED = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
"""Characters that Windows refuses, or that lead to a second stream of a file."""
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"]
    + [f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"]
)
"""Names that Windows takes for a device, whatever their ending."""


def offered_name(given: str | None, media_type: str | None) -> str | None:
    """Return a sender's name for display and saving; None if nothing of it is readable.

    The name is free of folders, invisible characters and names of devices. It ends as files of the type do:
    another ending stays before the usual one. Without a type the ending is the sender's.
    """
    name = _readable(given or "")
    if not name:
        return None
    stem, dot, ending = name.rpartition(".")
    if media_type is None:
        fits = bool(dot) and len(ending) <= _MAX_ENDING
    else:
        fits = bool(dot) and ending.lower() in ENDINGS[media_type]
    if not fits:
        stem, ending = name, "" if media_type is None else ENDINGS[media_type][0]
    return _joined(stem, f".{ending}" if ending else "")


def _readable(given: str) -> str:
    """Return the last readable part of a path."""
    visible = "".join(
        sign for sign in given if unicodedata.category(sign) not in _INVISIBLE and sign not in _BLANK
    )
    parts = unicodedata.normalize("NFC", visible).replace("\\", "/").split("/")
    names = (" ".join(part.split()).translate(_RESERVED).strip(". ") for part in reversed(parts))
    name = next(filter(None, names), "")
    is_device = name.partition(".")[0].rstrip().upper() in _DEVICES
    return f"_{name}" if is_device else name


def _joined(stem: str, ending: str) -> str:
    """Join stem and ending; a stem that is too long is cut."""
    room = MAX_NAME_BYTES - len(ending.encode())
    short = stem[: MAX_NAME - len(ending)].encode()[:room].decode(errors="ignore")
    return short.rstrip(". ") + ending
