"""Types that all schemas share: closed input, strict instants, bounded strings."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.domain.chats.address import FORMS, MAX_LENGTH, is_address

FIRST_YEAR, LAST_YEAR = 2000, 2100

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


class In(BaseModel):
    """Base of request bodies: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """Base of responses: they may grow, so clients accept unknown members."""

    model_config = ConfigDict(frozen=True)


def read_instant(value: object) -> datetime:
    """Parse an RFC 3339 instant with offset, of the years 2000 to 2100, into UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise PydanticCustomError("instant", "not an RFC 3339 instant with offset")
    try:
        instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("instant", "not an instant of the calendar") from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise PydanticCustomError("instant_out_of_range", "outside the years 2000 to 2100")
    return instant


def read_day(value: object) -> date:
    """Parse a calendar day, YYYY-MM-DD, of the years 2000 to 2100."""
    if type(value) is date:
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "not a day in the form YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("day", "not a day of the calendar") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError("day_out_of_range", "outside the years 2000 to 2100")
    return day


def read_month(value: object) -> date:
    """Parse a calendar month, YYYY-MM, into its first day."""
    if type(value) is date:
        return value
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise PydanticCustomError("month", "not a month in the form YYYY-MM")
    return read_day(f"{value}-01")


def wrong_at(pointer: str, code: str) -> PydanticCustomError:
    """Build the error of a rule between members; `pointer` is relative to the model that checks it."""
    return PydanticCustomError(
        "between_members", "contradicts another member", {"pointer": pointer, "code": code}
    )


Instant = Annotated[
    datetime,
    BeforeValidator(read_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "maxLength": 35}),
]
Day = Annotated[
    date,
    BeforeValidator(read_day),
    WithJsonSchema({"type": "string", "format": "date", "maxLength": 10, "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
Month = Annotated[
    date,
    BeforeValidator(read_month),
    PlainSerializer(lambda day: f"{day:%Y-%m}", return_type=str),
    WithJsonSchema({"type": "string", "maxLength": 7, "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}),
]


WITHOUT_NUL = r"^[^\x00]*$"
NOT_BLANK = r"^[^\x00]*[^\s\x00][^\x00]*$"


def plain(most: int, *, least: int = 0) -> StringConstraints:
    """Bound a text to a number of characters, without NUL."""
    return StringConstraints(strict=True, min_length=least, max_length=most, pattern=WITHOUT_NUL)


def named(most: int) -> StringConstraints:
    """Bound a text to a number of characters, without NUL and not blank."""
    return StringConstraints(strict=True, min_length=1, max_length=most, pattern=NOT_BLANK)


def shaped(pattern: str, most: int) -> StringConstraints:
    """Bound a string to a pattern."""
    return StringConstraints(strict=True, max_length=most, pattern=pattern)


UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
CUSTOMER_ID_PATTERN = r"^[A-Za-z0-9._:@-]{1,64}$"
CustomerId = Annotated[str, shaped(CUSTOMER_ID_PATTERN, 64)]
NEW_CUSTOMER_ID_PATTERN = r"^(\.*[A-Za-z0-9_:@-][A-Za-z0-9._:@-]*|\.{3,})$"
"""The same without the path steps `.` and `..`."""
NewCustomerId = Annotated[str, shaped(NEW_CUSTOMER_ID_PATTERN, 64)]
ChannelName = Annotated[str, shaped(r"^[a-z][a-z0-9_]{0,31}$", 32)]
ObjectId = Annotated[str, shaped(UUID_PATTERN, 36)]
AgentName = Annotated[str, named(100)]
ChatId = Annotated[
    str,
    StringConstraints(strict=True),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": WITHOUT_NUL}),
]
"""Any text: only with its channel it is an address or not."""
CHAT_ID_FORMS = " ".join(
    f"With `{channel}`: {', '.join(f'`^{form}$` ({kind})' for kind, form in forms.items())}."
    for channel, forms in FORMS.items()
)
"""The accepted spellings of an address, for descriptions."""
MAX_TEXT = 16_384


def refuse_other_spelling(channel: str, chat_id: str | None) -> None:
    """Raise unless a chat ID is an address of the channel in its one spelling."""
    if chat_id is not None and not is_address(channel, chat_id):
        raise wrong_at("/chat_id", "bad_format")
