"""Types that are told by first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.attachments.file_types import (
    ENDINGS,
    HEAD_SIZE,
    MAX_SIZES,
    TEXT,
    UPLOADED_KINDS,
    is_plain,
    recognise,
)
from tests.files import REFUSED, TAKEN


@pytest.mark.parametrize("content", [row[1] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_what_is_taken_is_recognised_by_its_head(content: bytes) -> None:
    found = recognise(content[:HEAD_SIZE])

    assert found is not None
    assert found.kind in UPLOADED_KINDS & MAX_SIZES.keys()


def test_a_character_cut_at_the_end_of_the_head_is_no_fault() -> None:
    letters = "ы".encode() * HEAD_SIZE

    assert recognise(b"a" + letters[: HEAD_SIZE - 1]) == TEXT
    assert recognise(b"\xff" + letters) is None


@given(st.binary(max_size=80), st.sampled_from([row[1][:12] for row in (*TAKEN, *REFUSED)]))
def test_no_bytes_make_it_stumble(tail: bytes, start: bytes) -> None:
    found = recognise(start + tail)

    assert found is None or found.endings == ENDINGS.get(found.media_type, ("zip",))


def test_a_text_has_the_controls_of_terminals_and_printers_and_no_others() -> None:
    assert {code for code in range(32) if is_plain(chr(code))} == set(b"\b\t\n\f\r\x1b")
