"""What is looked at in files: whatever the bytes, they are told or refused, and nothing else happens."""

import errno
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.attachments.content import FileContentCheck
from app.application.errors import FileRefusedError
from app.domain.attachments.file_types import ENDINGS, HEAD_SIZE, PACKED, recognise
from tests.files import HARMLESS_OFFICE, HOSTILE_OFFICE, PAGE, REFUSED, RICH_TEXTS, TAKEN, packed, png

SAMPLES = [row[1] for row in (*TAKEN, *REFUSED, *HARMLESS_OFFICE, *HOSTILE_OFFICE) if len(row[1]) < HEAD_SIZE]


class File(BytesIO):
    """Fails as a file on a disk does; `BytesIO` raises ValueError."""

    def seek(self, place: int, whence: int = 0, /) -> int:
        if place < 0 and whence == 0:
            raise OSError(errno.EINVAL, "Invalid argument")
        return super().seek(place, whence)


def judged(content: bytes) -> str:
    """Give the media type, or the code of the refusal."""
    supposed = recognise(content[:HEAD_SIZE])
    if supposed is None:
        return "not recognised"
    try:
        return FileContentCheck().type_of(File(content), supposed).media_type
    except FileRefusedError as refusal:
        return refusal.code


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, HEAD_SIZE), st.integers(0, 255)), max_size=6),
    st.integers(0, 40),
)
def test_no_damage_makes_it_stumble(content: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(content)
    for place, value in changes:
        damaged[place % len(damaged)] = value

    assert judged(bytes(damaged[: len(damaged) - cut])) in {
        *ENDINGS,
        "not recognised",
        "file_type_not_allowed",
        "too_many_pixels",
    }


def test_an_archive_is_never_kept_as_one() -> None:
    assert PACKED.media_type not in ENDINGS


@pytest.mark.parametrize(
    "tail", [b"PK\x05\x06", b"PK\x05\x06" + b"\0" * 18, b"PK\x05\x06" + b"\xff" * 18, b"PK\x01\x02" * 9]
)
def test_bytes_that_only_look_like_the_end_of_an_archive_are_no_archive(tail: bytes) -> None:
    assert judged(png(tail=tail)) == "image/png"


def test_a_directory_is_found_behind_a_long_comment() -> None:
    archive = packed({"a": b"b"})
    commented = archive[:-2] + b"\xff\xff" + b"c" * 65_535

    assert judged(png(tail=commented)) == "file_type_not_allowed"


@pytest.mark.parametrize(
    "content", [row[1] for row in HOSTILE_OFFICE], ids=[row[0] for row in HOSTILE_OFFICE]
)
def test_a_document_that_may_run_or_load_something_is_refused(content: bytes) -> None:
    assert judged(content) in {"file_type_not_allowed", "not recognised"}


@pytest.mark.parametrize(
    "content", [row[1] for row in HARMLESS_OFFICE], ids=[row[0] for row in HARMLESS_OFFICE]
)
def test_a_document_that_asks_before_it_follows_a_link_is_taken(content: bytes) -> None:
    assert judged(content) in ENDINGS


@pytest.mark.parametrize("content", RICH_TEXTS, ids=range(len(RICH_TEXTS)))
def test_a_rich_text_is_refused(content: bytes) -> None:
    assert judged(content) == "file_type_not_allowed"


@pytest.mark.parametrize("start", [PAGE, b"#!/bin/sh"])
def test_a_page_or_script_is_refused_behind_any_number_of_blanks(start: bytes) -> None:
    assert judged(b"\n" * 600_000 + start) == "file_type_not_allowed"
