"""Checks of file contents: picture sizes, parts of office documents, and content hidden in a file."""

import codecs
import zipfile
from collections.abc import Mapping
from typing import BinaryIO

import imagesize

from app.application.errors import FileRefusedError
from app.domain.attachments.file_types import (
    DOCX,
    HEAD_SIZE,
    MAX_PIXELS,
    MIB,
    ODS,
    ODT,
    PACKED,
    TEXT,
    XLSX,
    FileType,
    is_plain,
)
from app.domain.vocabulary import AttachmentKind

MAX_PARTS = 5_000
MAX_DIRECTORY = MIB
MAX_UNPACKED = 512 * MIB
"""Limits of an office document's directory: many parts, but no archive that only unpacks."""

PIECE = 262_144
_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_ENTRY = b"PK\x01\x02"

_BY_PART: Mapping[str, FileType] = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_BY_MIMETYPE: Mapping[bytes, FileType] = {one.media_type.encode(): one for one in (ODT, ODS)}
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
"""Ends or beginnings of the names of parts that make a document a program."""

_MARKUP = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<iframe", b"<body", b"<?php")
_PAGES = (
    b"http://www.w3.org/1999/xhtml",
    b"http://www.w3.org/2000/svg",
)
_PROGRAM = "#!"


class FileContentCheck:
    """A check that confirms the type suggested by the first bytes of a file, without unpacking it."""

    def type_of(self, file: BinaryIO, supposed: FileType) -> FileType:
        """Return the confirmed or the true type.

        Raises FileRefusedError for a file that the desk does not accept.
        """
        if supposed == TEXT:
            _refuse_unless_text(file)
            return TEXT
        directory = _directory_of(file)
        if supposed == PACKED:
            return _office_type(file, directory)
        if directory is not None:
            raise _not_allowed()  # two files in one: read from its end, it is an archive
        _refuse_markup(file)
        if supposed.kind is AttachmentKind.IMAGE:
            _refuse_flood(file)
        return supposed


def _not_allowed() -> FileRefusedError:
    return FileRefusedError("file_type_not_allowed")


def _refuse_unless_text(file: BinaryIO) -> None:
    """Reject encodings other than UTF-8, control characters, web pages, drawings and scripts."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    first = True
    while True:
        piece = file.read(PIECE)
        try:
            words = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise _not_allowed() from None
        if not is_plain(words) or (first and _is_program(words)):
            raise _not_allowed()
        first = False
        if not piece:
            return


def _is_program(words: str) -> bool:
    start = words.lstrip("\ufeff \t\r\n\f")
    head = start[:HEAD_SIZE].lower().encode()
    looks_marked_up = start.startswith("<") and any(mark in head for mark in (*_MARKUP, *_PAGES))
    return start.startswith(_PROGRAM) or looks_marked_up


def _refuse_markup(file: BinaryIO) -> None:
    """Reject a web page at either end of a file that has another type too."""
    size = file.seek(0, 2)
    for start in (0, max(0, size - HEAD_SIZE)):
        file.seek(start)
        part = file.read(HEAD_SIZE).lower()
        if any(mark in part for mark in _MARKUP):
            raise _not_allowed()


def _refuse_flood(file: BinaryIO) -> None:
    """Reject a picture with too many pixels, or without a readable size."""
    file.seek(0)
    try:
        width, height = imagesize.get(file)
    except Exception:  # noqa: BLE001 - a reader of hostile bytes may fail in any way
        raise _not_allowed() from None
    if width <= 0 or height <= 0:
        raise _not_allowed()
    if width * height > MAX_PIXELS:
        raise FileRefusedError("too_many_pixels")


def _directory_of(file: BinaryIO) -> int | None:
    """Return the number of entries of the ZIP directory at the end of a file; None if there is none.

    Raises FileRefusedError for a directory larger than that of any document; it is not read at all.
    """
    size = file.seek(0, 2)
    start = max(0, size - _END_SIZE - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(_END)
    while place >= 0:
        record = tail[place : place + _END_SIZE]
        entries = int.from_bytes(record[10:12], "little")
        length = int.from_bytes(record[12:16], "little")
        begins = start + place - length
        if len(record) == _END_SIZE and entries and begins >= 0:
            file.seek(begins)
            if file.read(len(_ENTRY)) == _ENTRY:
                if entries > MAX_PARTS or length > MAX_DIRECTORY:
                    raise _not_allowed()
                return entries
        place = tail.rfind(_END, 0, place)
    return None


def _office_type(file: BinaryIO, entries: int | None) -> FileType:
    """Return which office document an archive is.

    Raises FileRefusedError for any other archive.
    """
    if entries is None:
        raise _not_allowed()
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            _refuse_bombs(parts)
            found = _by_mimetype(archive, parts) or _by_parts(names)
    except (zipfile.BadZipFile, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError):
        raise _not_allowed() from None
    if found is None:
        raise _not_allowed()
    return found


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    """Reject documents that unpack to too much, that are encrypted or that contain programs."""
    unpacked = sum(part.file_size for part in parts)
    names = [part.filename.lower() for part in parts]
    macros = any(name.endswith(_MACROS[0]) or name.startswith(_MACROS[1:]) for name in names)
    if unpacked > MAX_UNPACKED or macros or any(part.flag_bits & 1 for part in parts):
        raise _not_allowed()


def _by_mimetype(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> FileType | None:
    """Return the type that an OpenDocument file names in its first part, which is stored uncompressed."""
    first = parts[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.header_offset != 0:
        return None
    with archive.open(first) as part:
        return _BY_MIMETYPE.get(part.read(100))


def _by_parts(names: set[str]) -> FileType | None:
    if "[Content_Types].xml" not in names:
        return None
    return next((found for name, found in _BY_PART.items() if name in names), None)
