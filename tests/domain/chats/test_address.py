"""An address has one spelling; what another one certainly means is known, and never more than that."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.schemas.base import CUSTOMER_ID_PATTERN, NEW_CUSTOMER_ID_PATTERN
from app.domain.chats.address import FORMS, MAX_LENGTH, AddressError, ChatAddress, address_pattern, is_address
from app.domain.chats.respelling import respelled
from app.domain.customers.customer import PATH_STEPS
from app.domain.vocabulary import OFFICIAL_CHANNELS

CHANNELS = st.sampled_from([*sorted(FORMS), "phone"])
GROUP = "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD"
ADDRESSES = st.sampled_from(
    ["7", "-1002", "79161234567", "9" * 16, "RU.1349Aa", "US.ENT.x", f"RU.{'z' * 128}", GROUP]
)
DECORATIONS = st.text("+-\u2212 ()0\u0660\uff10\t\n.@", max_size=3)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.text("0123456789+-\u2212 ()\u0661\uff11", max_size=18),
    st.tuples(DECORATIONS, ADDRESSES, DECORATIONS).map("".join),
)


def parsed(channel: str, text: str) -> ChatAddress | None:
    try:
        return ChatAddress(channel, text)
    except AddressError:
        return None


@given(CHANNELS, TEXTS)
def test_a_text_is_refused_or_is_an_address_as_it_is(channel: str, text: str) -> None:
    address = parsed(channel, text)

    assert (address is not None) == is_address(channel, text)
    if address is not None:
        assert address.text == text
        assert ChatAddress(channel, address.text) == address
        assert len(text) <= MAX_LENGTH


@given(CHANNELS, TEXTS, TEXTS)
def test_two_accepted_texts_are_two_addresses(channel: str, one: str, other: str) -> None:
    addresses = {address for address in (parsed(channel, one), parsed(channel, other)) if address is not None}
    accepted = {text for text in (one, other) if is_address(channel, text)}

    assert len(addresses) == len(accepted)


@given(st.from_regex(re.compile(address_pattern("telegram"), re.ASCII), fullmatch=True))
def test_an_address_of_telegram_is_a_number_as_it_is_written(text: str) -> None:
    assert str(int(text)) == text


@given(st.sampled_from(sorted(FORMS)), TEXTS)
def test_a_respelling_is_an_address_and_an_address_is_not_respelled(channel: str, text: str) -> None:
    meant = respelled(channel, text)

    assert meant is None or is_address(channel, meant)
    if is_address(channel, text):
        assert meant == text


@given(st.text("+78901 ()-", max_size=18), st.sampled_from(["", "@c.us"]))
def test_a_respelled_number_is_of_a_country_and_has_no_trunk_prefix(text: str, jid: str) -> None:
    meant = respelled("whatsapp", text + jid)

    if meant is not None and meant != text.strip():
        assert re.match(r"\(\s*0", text) is None
        assert re.fullmatch(r"7[3-9][0-9]{9}|(?!7|89|80[1-9])[1-9][0-9]+", meant)


def test_every_official_channel_has_forms() -> None:
    assert set(FORMS) == OFFICIAL_CHANNELS


@pytest.mark.parametrize(
    ("channel", "text", "meant"),
    [
        ("telegram", "-01002", "-1002"),
        ("telegram", "-0001002", "-1002"),
        ("telegram", "007", "7"),
        ("telegram", " 7\n", "7"),
        ("telegram", "+7", "7"),
        ("telegram", "\u22121002", "-1002"),
        ("telegram", "\uff11\uff12", "12"),
        ("telegram", "-\u0661\u0662", "-12"),
        ("telegram", "0", None),
        ("telegram", "-0", None),
        ("telegram", "1e3", None),
        ("telegram", "1_000", None),
        ("telegram", "--1", None),
        ("telegram", "9" * 17, None),
        ("telegram", "@agency", None),
        ("whatsapp", "+79161234567", "79161234567"),
        ("whatsapp", "+7 (916) 123-45-67", "79161234567"),
        ("whatsapp", "+7\u00a0916\u2011123\u201345\u201467", "79161234567"),
        ("whatsapp", "7 (916) 123-45-67", "79161234567"),
        ("whatsapp", " 79161234567 ", "79161234567"),
        ("whatsapp", "79161234567@c.us", "79161234567"),
        ("whatsapp", "+79161234567@S.WhatsApp.net", "79161234567"),
        ("whatsapp", "\uff0b7 916 123 45 67", "79161234567"),
        ("whatsapp", "+44 20 7946 0958", "442079460958"),
        ("whatsapp", "+800 1234 5678", "80012345678"),
        ("whatsapp", "+86 10 6552 9988", "861065529988"),
        ("whatsapp", "442079460958@c.us", "442079460958"),
        ("whatsapp", "+7 727 250 00 00", "77272500000"),
        ("whatsapp", "+8 (916) 123-45-67", None),
        ("whatsapp", "+89161234567", None),
        ("whatsapp", "89161234567@c.us", None),
        ("whatsapp", "+8 (016) 123-45-67", None),
        ("whatsapp", "+49 (0) 170 1234567", None),
        ("whatsapp", "+49 ( 0 ) 170 1234567", None),
        ("whatsapp", "+49\uff080\uff09170 1234567", None),
        ("whatsapp", "+7 8 916 123-45-67", None),
        ("whatsapp", "+7 (0916) 123-45-67", None),
        ("whatsapp", "+7 016 123-45-67", None),
        ("whatsapp", "+7 116 123-45-67", None),
        ("whatsapp", "+7 916 123", None),
        ("whatsapp", "9161234567@c.us", None),
        ("whatsapp", "+916 123-45-67", None),
        ("whatsapp", "8 (916) 123-45-67", None),
        ("whatsapp", "8-916-123-45-67", None),
        ("whatsapp", "0079161234567", None),
        ("whatsapp", "+0079161234567", None),
        ("whatsapp", "(916) 123-45-67", None),
        ("whatsapp", "44 20 7946 0958", None),
        ("whatsapp", "120363040469@g.us", None),
        ("whatsapp", "+7916", None),
        ("whatsapp", "wa-1", None),
        ("whatsapp", "ru.1349", None),
        ("whatsapp", f" {GROUP}", GROUP),
        ("phone", "+7 916", "+7 916"),
    ],
)
def test_only_what_is_certain_is_respelled(channel: str, text: str, meant: str | None) -> None:
    assert respelled(channel, text) == meant


@given(st.text("ab.:@-_A0", max_size=66))
def test_a_new_customer_may_have_any_id_but_a_step_of_a_path(text: str) -> None:
    known = re.fullmatch(CUSTOMER_ID_PATTERN, text) is not None
    new = re.fullmatch(NEW_CUSTOMER_ID_PATTERN, text) is not None and len(text) <= 64

    assert new == (known and text not in PATH_STEPS)


@pytest.mark.parametrize("text", [".", "..", "...", ".a", ""])
def test_the_same_of_the_shortest(text: str) -> None:
    assert (re.fullmatch(NEW_CUSTOMER_ID_PATTERN, text) is not None) == (text not in {".", "..", ""})
