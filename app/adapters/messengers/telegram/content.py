"""The content of a Telegram message: its text, and its files (4.4)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.adapters.messengers.telegram.members import Members, optional_member, optional_text, whole
from app.domain.chats.inbound import InboundFile
from app.domain.vocabulary import AttachmentKind

MAX_TEXT = 16_384
MAX_NAME = 200
MAX_FILE_NAME = 4_096
"""A long file name is shortened later, where its ending is kept."""
MAX_ID = 512

_KINDS: Mapping[str, AttachmentKind] = MappingProxyType(
    {
        # A GIF comes as `animation` with `document` beside it: the first of the two is used.
        "animation": AttachmentKind.VIDEO,
        "video": AttachmentKind.VIDEO,
        "video_note": AttachmentKind.VIDEO_NOTE,
        "voice": AttachmentKind.VOICE,
        "audio": AttachmentKind.AUDIO,
        "document": AttachmentKind.DOCUMENT,
        "sticker": AttachmentKind.STICKER,
    }
)
_KINDS_BY_TYPE: Mapping[str, AttachmentKind] = MappingProxyType(
    {"image": AttachmentKind.IMAGE, "video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}
)
_USUAL_TYPES: Mapping[AttachmentKind, str] = MappingProxyType({AttachmentKind.IMAGE: "image/jpeg"})


def text_of(message: Members) -> str | None:
    """Return the text, the caption, or a note on structured content; None without any content."""
    for name in ("text", "caption"):
        words = optional_text(message, name, MAX_TEXT)
        if words is not None:
            return words
    for name, told in _NOTES.items():
        content = optional_member(message, name)
        if content is not None:
            return told(content)
    # Content without a text of its own is still a submission, and 4.2 requests a description.
    return "" if any(name in message for name in _WORDLESS) else None


def files_of(message: Members) -> tuple[InboundFile, ...]:
    """Return the file of a message: at most one, because parts of an album are separate messages."""
    sizes = message.get("photo")
    if isinstance(sizes, list):
        return _picture([size for size in sizes if isinstance(size, dict)])
    for name, kind in _KINDS.items():
        content = optional_member(message, name)
        if content is not None:
            return _file(content, kind)
    return ()


def _picture(sizes: list[Members]) -> tuple[InboundFile, ...]:
    """Return the largest of the sizes in which one picture comes."""
    largest = max(sizes, key=_pixels, default=None)
    return () if largest is None else _file(largest, AttachmentKind.IMAGE)


def _pixels(size: Members) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _file(content: Members, kind: AttachmentKind) -> tuple[InboundFile, ...]:
    provider_id = optional_text(content, "file_id", MAX_ID)
    if provider_id is None:
        return ()
    media_type = optional_text(content, "mime_type", MAX_NAME)
    if kind is AttachmentKind.DOCUMENT and media_type is not None:
        kind = _KINDS_BY_TYPE.get(media_type.partition("/")[0].lower(), kind)
    size = content.get("file_size")
    return (
        InboundFile(
            provider_id=provider_id,
            unique_id=optional_text(content, "file_unique_id", MAX_ID) or provider_id,
            kind=kind,
            name=optional_text(content, "file_name", MAX_FILE_NAME),
            media_type=media_type or _USUAL_TYPES.get(kind),
            size=size if whole(size) else None,
        ),
    )


def _joined(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part is not None)


def _contact(contact: Members) -> str:
    names = (optional_text(contact, name, MAX_NAME) for name in ("first_name", "last_name"))
    person = " ".join(name for name in names if name) or None
    return f"Контакт: {_joined(person, optional_text(contact, 'phone_number', MAX_NAME))}"


def _venue(venue: Members) -> str:
    said = (optional_text(venue, name, MAX_NAME) for name in ("title", "address"))
    return f"Место: {_joined(*said)}"


def _location(place: Members) -> str:
    where = (place.get(name) for name in ("latitude", "longitude"))
    return f"Место: {_joined(*(one for one in where if isinstance(one, int | float)))}"


def _poll(poll: Members) -> str:
    options = [option for option in poll.get("options") or () if isinstance(option, dict)]
    said = (optional_text(option, "text", MAX_NAME) for option in options)
    return f"Опрос: {_joined(optional_text(poll, 'question', MAX_NAME), *said)}"[:MAX_TEXT]


def _emoji(content: Members) -> str:
    return optional_text(content, "emoji", MAX_NAME) or ""


# A venue contains a location too, so it comes first.
_NOTES: Mapping[str, Callable[[Members], str]] = MappingProxyType(
    {
        "sticker": _emoji,
        "dice": _emoji,
        "contact": _contact,
        "venue": _venue,
        "location": _location,
        "poll": _poll,
    }
)
_WORDLESS = ("photo", *_KINDS, "paid_media", "story", "game", "checklist", "rich_message")
