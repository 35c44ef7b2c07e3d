"""Respelling of addresses that earlier versions stored in other spellings."""

import re
import unicodedata

from app.domain.chats.address import is_address

_TELEGRAM = re.compile(r"([+-]?)0*([1-9][0-9]{0,15})")
_JID = re.compile(r"@(c\.us|s\.whatsapp\.net)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s()\u2010-\u2015\u2212-]")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]+|7[0-9]{10}")
_ZERO_IN_BRACKETS = re.compile(r"\([^0-9]*0")
_SURE = re.compile(r"7[3-9][0-9]{9}|(?!9[0-9]{9}$)[1-689][0-9]+")
_WITH_TRUNK_PREFIX = re.compile(r"80(?!0)|89")
"""The beginning of a Russian number after its trunk prefix 8; no country code begins so, except 800."""


def respelled(channel: str, text: str) -> str | None:
    """Return the address that a spelling certainly means, in its one spelling; None if that is unsure.

    A phone number is sure if it is international: it begins with +, or with 7 and has eleven digits. A
    leading 8 is a trunk prefix in Russia but a country code elsewhere, so it is unsure, as is a leading 00.
    A number with + is unsure too if it has a trunk prefix, or if a Russian number has other digits or length.
    Ten digits from 9 on may be a Russian number without its country code.
    """
    plain = "".join(_ascii_digit(sign) for sign in unicodedata.normalize("NFKC", text)).strip()
    if is_address(channel, plain):
        return plain
    meant = _RESPELLED[channel](plain) if channel in _RESPELLED else None
    return meant if meant is not None and is_address(channel, meant) else None


def _ascii_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _of_telegram(text: str) -> str | None:
    found = _TELEGRAM.fullmatch(text.replace("\u2212", "-"))
    return None if found is None else f"{found[1].removeprefix('+')}{found[2]}"


def _of_whatsapp(text: str) -> str | None:
    number, jid = _JID.subn("", text)
    number = _SEPARATORS.sub("", number)
    if jid and not number.startswith("+"):
        number = f"+{number}"
    if _ZERO_IN_BRACKETS.search(text) or _INTERNATIONAL.fullmatch(number) is None:
        return None
    digits = number.removeprefix("+")
    return digits if _SURE.fullmatch(digits) and not _WITH_TRUNK_PREFIX.match(digits) else None


_RESPELLED = {"telegram": _of_telegram, "whatsapp": _of_whatsapp}
