"""Checks of file contents: picture sizes, texts that are programs, and content hidden in a file."""

import codecs
import re
from typing import BinaryIO

import imagesize

from app.adapters.attachments.office import MAX_PARTS, PIECE, not_allowed, office_type
from app.application.errors import FileRefusedError
from app.domain.attachments.file_types import (
    HEAD_SIZE,
    MAX_PIXELS,
    MIB,
    PACKED,
    TEXT,
    FileType,
    is_plain,
)
from app.domain.vocabulary import AttachmentKind

MAX_DIRECTORY = MIB
"""Limit of an archive's directory in bytes."""

_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_ENTRY = b"PK\x01\x02"

_MARKUP = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<iframe", b"<body", b"<?php")
_PAGES = (
    b"http://www.w3.org/1999/xhtml",
    b"http://www.w3.org/2000/svg",
)
_BLANKS = " \t\r\n\f\b\x1b\x85\xa0\u180e\u200b\u200c\u200d\u2028\u2029\u2060\u3000\ufeff"
_PROGRAM = re.compile(r"#!|\{\s*\\rt", re.IGNORECASE)
"""The start of a script or of a rich text; Word opens the latter under any name, with its objects."""


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
            if directory is None or _has_another_end(file, directory):
                raise not_allowed()
            return office_type(file)
        if directory is not None:
            raise not_allowed()  # two files in one: read from its end, it is an archive
        _refuse_markup(file)
        if supposed.kind is AttachmentKind.IMAGE:
            _refuse_flood(file)
        return supposed


def _refuse_unless_text(file: BinaryIO) -> None:
    """Reject encodings other than UTF-8, control characters, web pages, drawings, scripts and rich text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    head = ""
    while True:
        piece = file.read(PIECE)
        try:
            words = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise not_allowed() from None
        if not is_plain(words):
            raise not_allowed()
        if len(head) < HEAD_SIZE:
            head = (head + words).lstrip(_BLANKS)[:HEAD_SIZE]
        if not piece:
            break
    if _is_program(head):
        raise not_allowed()


def _is_program(head: str) -> bool:
    start = head.lower().encode()
    looks_marked_up = start.startswith(b"<") and any(mark in start for mark in (*_MARKUP, *_PAGES))
    return _PROGRAM.match(head) is not None or looks_marked_up


def _refuse_markup(file: BinaryIO) -> None:
    """Reject a web page at either end of a file that has another type too."""
    size = file.seek(0, 2)
    for start in (0, max(0, size - HEAD_SIZE)):
        file.seek(start)
        part = file.read(HEAD_SIZE).lower()
        if any(mark in part for mark in _MARKUP):
            raise not_allowed()


def _refuse_flood(file: BinaryIO) -> None:
    """Reject a picture with too many pixels, or without a readable size."""
    file.seek(0)
    try:
        width, height = imagesize.get(file)
    except Exception:  # noqa: BLE001 - a reader of hostile bytes may fail in any way
        raise not_allowed() from None
    if width <= 0 or height <= 0:
        raise not_allowed()
    if width * height > MAX_PIXELS:
        raise FileRefusedError("too_many_pixels")


def _directory_of(file: BinaryIO) -> int | None:
    """Return the place of the record that ends the ZIP directory of a file; None if there is none.

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
                    raise not_allowed()
                return start + place
        place = tail.rfind(_END, 0, place)
    return None


def _has_another_end(file: BinaryIO, place: int) -> bool:
    """Check whether what follows the directory, such as a comment, resembles the end of another one."""
    file.seek(place + len(_END))
    return _END in file.read()
