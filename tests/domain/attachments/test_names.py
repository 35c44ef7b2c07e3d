"""Names under which files are offered: whatever the sender wrote, safe, readable and true about the type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.attachments.file_types import ENDINGS, JPEG, PNG, TEXT
from app.domain.attachments.names import MAX_NAME, MAX_NAME_BYTES, offered_name
from tests.files import NAMES

PARTS = ("a", "я", "/", "\\", ".", " ", "..", "CON", ".txt", ".TXT", ".bat", ".jpg", ":", "\u202e", "\u200b")
TEXTS = st.text(max_size=400) | st.lists(st.sampled_from(PARTS), max_size=12).map("".join)
DEVICES = {"con", "prn", "aux", "nul", "com1", "lpt9"}


@pytest.mark.parametrize(("given_name", "offered"), NAMES)
def test_a_text_is_offered_under_a_name_of_texts(given_name: str, offered: str | None) -> None:
    assert offered_name(given_name, TEXT.media_type) == offered


@pytest.mark.parametrize(
    ("given_name", "media_type", "offered"),
    [
        ("photo.jpeg", JPEG.media_type, "photo.jpeg"),
        ("PHOTO.JPG", JPEG.media_type, "PHOTO.JPG"),
        ("photo.jfif", JPEG.media_type, "photo.jfif"),
        ("photo.png", JPEG.media_type, "photo.png.jpg"),
        ("x" * 300 + ".jpeg", JPEG.media_type, "x" * 195 + ".jpeg"),
        ("ы" * 300 + ".png", PNG.media_type, "ы" * 125 + ".png"),
        ("снимок", PNG.media_type, "снимок.png"),
        (None, PNG.media_type, None),
        ("../сни\u202eмок.bat", None, "снимок.bat"),
        ("x" * 300, None, "x" * 200),
        ("x" * 300 + ".docx", None, "x" * 195 + ".docx"),
        ("x." + "y" * 300, None, "x." + "y" * 198),
        ("", None, None),
    ],
)
def test_a_name_keeps_an_ending_that_fits(
    given_name: str | None, media_type: str | None, offered: str | None
) -> None:
    assert offered_name(given_name, media_type) == offered


@given(TEXTS, st.sampled_from([None, *ENDINGS]))
def test_any_text_makes_a_safe_readable_name_of_the_type(text: str, media_type: str | None) -> None:
    offered = offered_name(text, media_type)

    if offered is None:
        return
    stem, _, ending = offered.rpartition(".")
    assert media_type is None or (stem and ending.lower() in ENDINGS[media_type])
    assert 0 < len(offered) <= MAX_NAME
    assert len(offered.encode()) <= MAX_NAME_BYTES
    assert offered.isprintable()
    assert not set(offered) & set('/\\<>:"|?*')
    assert offered == offered.strip(". ")
    assert offered.partition(".")[0].strip().lower() not in DEVICES
    assert unicodedata.is_normalized("NFC", offered)
    assert offered_name(offered, media_type) == offered


def test_no_ending_is_one_that_a_system_runs_or_a_spreadsheet_calculates() -> None:
    assert ENDINGS[TEXT.media_type] == ("txt", "log", "md", "json")
