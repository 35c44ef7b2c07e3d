"""File types that the desk accepts (4.4), detected by their first bytes and never by their names.

Every type outside this table is rejected: archives, programs, web pages and drawings that may carry scripts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.vocabulary import AttachmentKind

MIB = 1_048_576
HEAD_SIZE = 4_096
"""Bytes at the start of a file that are enough to detect its type."""

MAX_SIZES: Mapping[AttachmentKind, int] = {
    AttachmentKind.IMAGE: 10 * MIB,
    AttachmentKind.VIDEO: 50 * MIB,
    AttachmentKind.DOCUMENT: 20 * MIB,
    AttachmentKind.AUDIO: 20 * MIB,
}
"""Maximum size of a file of each kind, in bytes."""

MAX_PIXELS = 40_000_000
MAX_UPLOAD = max(MAX_SIZES.values())
MAX_DOWNLOAD = 20 * MIB
"""Maximum size of a file that a messenger delivers, in bytes."""

UPLOADED_KINDS = frozenset({AttachmentKind.IMAGE, AttachmentKind.VIDEO, AttachmentKind.DOCUMENT})
"""Kinds accepted by upload (4.4); speech is accepted only from a messenger."""


@dataclass(frozen=True, slots=True)
class FileType:
    """A file type, the kind of attachment that it makes, and the endings of its names; the first is usual."""

    media_type: str
    kind: AttachmentKind
    endings: tuple[str, ...]


def _document(media_type: str, *endings: str) -> FileType:
    return FileType(media_type, AttachmentKind.DOCUMENT, endings)


def _image(media_type: str, *endings: str) -> FileType:
    return FileType(media_type, AttachmentKind.IMAGE, endings)


def _video(media_type: str, *endings: str) -> FileType:
    return FileType(media_type, AttachmentKind.VIDEO, endings)


def _audio(media_type: str, *endings: str) -> FileType:
    return FileType(media_type, AttachmentKind.AUDIO, endings)


PNG = _image("image/png", "png")
JPEG = _image("image/jpeg", "jpg", "jpeg", "jfif")
GIF = _image("image/gif", "gif")
WEBP = _image("image/webp", "webp")
HEIC = _image("image/heic", "heic", "heif")
MP4 = _video("video/mp4", "mp4", "m4v", "3gp")
QUICKTIME = _video("video/quicktime", "mov")
WEBM = _video("video/webm", "webm")
OGG = _audio("audio/ogg", "ogg", "oga", "opus")
MP3 = _audio("audio/mpeg", "mp3")
M4A = _audio("audio/mp4", "m4a")
PDF = _document("application/pdf", "pdf")
TEXT = _document("text/plain", "txt", "log", "md", "json")
"""Its endings are those that no system runs and no spreadsheet calculates: CSV and XML are left out."""
DOCX = _document("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
XLSX = _document("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
ODT = _document("application/vnd.oasis.opendocument.text", "odt")
ODS = _document("application/vnd.oasis.opendocument.spreadsheet", "ods")
PACKED = _document("application/zip", "zip")
"""A ZIP container: never stored as such; its content decides which of the four office types it is."""

ENDINGS: Mapping[str, tuple[str, ...]] = {
    one.media_type: one.endings
    for one in (
        *(PNG, JPEG, GIF, WEBP, HEIC),
        *(MP4, QUICKTIME, WEBM, OGG, MP3, M4A),
        *(PDF, TEXT, DOCX, XLSX, ODT, ODS),
    )
}
"""Endings of names by media type; its keys are all types that are stored."""

_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", PACKED),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"\xff\xf2", MP3),
)
_BRANDS: tuple[tuple[bytes, FileType], ...] = (
    (b"heic", HEIC),
    (b"heix", HEIC),
    (b"hevc", HEIC),
    (b"hevx", HEIC),
    (b"qt  ", QUICKTIME),
    (b"M4A ", M4A),
    (b"M4B ", M4A),
    (b"M4V ", MP4),
    (b"mp4", MP4),
    (b"iso", MP4),
    (b"avc1", MP4),
    (b"dash", MP4),
    (b"MSNV", MP4),
    (b"3gp", MP4),
)
"""Beginnings of the first brand of an ISO media file."""

_CONTROL = re.compile(r"[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f]")
"""All control characters except backspace, tab, line feed, form feed, carriage return and escape."""

_FIRST_BOX = range(12, HEAD_SIZE)
"""Possible sizes of the first box of an ISO media file, in bytes."""


def recognise(head: bytes) -> FileType | None:
    """Return the type by the first HEAD_SIZE bytes, or by all of a shorter file; None if not accepted."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and int.from_bytes(head[:4]) in _FIRST_BOX:
        return _by_brand(head)
    if head.startswith(b"\x1aE\xdf\xa3") and b"B\x82\x84webm" in head[:64]:
        return WEBM
    return TEXT if _is_text(head) else None


def _by_brand(head: bytes) -> FileType | None:
    brand = head[8:12]
    if brand == b"mif1":  # "mif1" means any picture; the brands that follow are specific
        return HEIC if b"heic" in head[16 : int.from_bytes(head[:4])] else None
    return next((found for start, found in _BRANDS if brand.startswith(start)), None)


def _is_text(head: bytes) -> bool:
    """Check whether it is UTF-8 so far; the last character may be cut, and the whole is checked later."""
    try:
        words = head.decode()
    except UnicodeDecodeError as wrong:
        if wrong.end < len(head) or wrong.reason != "unexpected end of data":
            return False
        words = head[: wrong.start].decode()
    return bool(words) and is_plain(words)


def is_plain(words: str) -> bool:
    """Check whether a text has no control characters except those of terminals and printers."""
    return _CONTROL.search(words) is None
