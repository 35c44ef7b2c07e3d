"""Addresses of chats and people in messengers: each has exactly one spelling (4.1, 5.1, 5.2).

Two spellings of one address would be two chats: of two customers, or of one customer who then uses up the
chats of the tariff. So only one is accepted, and an address is stored and compared as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FORMS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "telegram": {"chat or person": r"-?[1-9][0-9]{0,15}"},
        "whatsapp": {
            "phone number": r"[1-9][0-9]{6,14}",
            "business-scoped user": r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}",
            "group": r"Y2FwaV9ncm91cDo[A-Za-z0-9]{1,113}",
        },
    }
)
"""The regular expressions of whole addresses, by official channel and by the kind of place they name.

Every form is the one in which the provider sends the address. A group of WhatsApp begins with `capi_group:`
in base64.
"""

MAX_LENGTH = 135
"""Maximum characters of an address; a business-scoped user with a parent has as many."""

_UNOFFICIAL = re.compile(r"[^\x00]{1,128}")
_PATTERNS = {channel: re.compile("|".join(forms.values())) for channel, forms in FORMS.items()}


class AddressError(ValueError):
    """A text that is no address of the channel, or another spelling of one; the text is not repeated."""


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """The address of a chat or a person in a channel. Raises AddressError for any other spelling."""

    channel: str
    text: str

    def __post_init__(self) -> None:
        """Check the spelling."""
        if not is_address(self.channel, self.text):
            raise AddressError(f"not an address of the channel {self.channel}")


def is_address(channel: str, text: str) -> bool:
    """Check whether a text is an address in its one spelling; an unofficial channel (4.3) has no rules."""
    return _PATTERNS.get(channel, _UNOFFICIAL).fullmatch(text) is not None


def address_pattern(*channels: str) -> str:
    """Return the regular expression of all addresses of official channels, for the published contract."""
    return f"^({'|'.join(form for channel in channels for form in FORMS[channel].values())})$"
