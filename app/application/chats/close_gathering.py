"""Closes a submission in the making: it is decided on, registered and acknowledged once (4.1, 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.application.attachments.incoming_files import IncomingFiles
from app.application.chats.hold_message import hold_message
from app.application.ports.creation import UNLIMITED, CreationLimits
from app.application.ports.store import UnitOfWork
from app.application.ports.texts import TextFacts
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.submission import Submission, SubmittedMessage
from app.application.tickets.submit_ticket import Registered, register
from app.application.tickets.text_analysis import TextAnalysis
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, author_of
from app.domain.chats.gathering import joined, postpone
from app.domain.vocabulary import AttachmentKind


@dataclass(frozen=True, slots=True)
class Draft:
    """The gathered messages of a chat, and the facts read from them before the transaction."""

    chat_id: str
    messages: tuple[ChatMessage, ...]
    facts: TextFacts


def gathered_messages(uow: UnitOfWork, chat_id: str, limits: CreationLimits) -> tuple[ChatMessage, ...]:
    """Read the gathered messages of a chat. Raises CreationLimitReachedError before it reads them."""
    chat = uow.chats.get(chat_id)
    if chat is not None and chat.customer_id is not None:
        limits.check(chat.customer_id, chat_id)
    return tuple(uow.chat_messages.gathered(chat_id))


def draft_of(chat_id: str, messages: tuple[ChatMessage, ...], texts: TextAnalysis) -> Draft:
    """Return the gathered messages of a chat with their facts."""
    return Draft(chat_id, messages, texts.of_submission(None, _text(messages), attachments=_kinds(messages)))


def close_gathering(
    uow: UnitOfWork, draft: Draft, stamp: Stamp, limits: CreationLimits = UNLIMITED
) -> Registered | None:
    """Register the gathered messages as one ticket.

    None if the submission was closed meanwhile, if the messages have changed since the draft was read, or if
    all were revoked. None as well if the chat is unassigned: the messages then wait for its assignment.
    Raises CreationLimitReachedError.
    """
    writing = WriteContext(uow, stamp.now, stamp.ids())
    chat = uow.chats.lock_by_id(draft.chat_id)
    gathering = uow.gatherings.get(draft.chat_id)
    if chat is None or gathering is None or gathering.closes_at is None:
        return None
    messages = tuple(uow.chat_messages.gathered(chat.id))
    if messages != draft.messages:
        return None
    if chat.customer_id is None:
        uow.gatherings.save(replace(gathering, closes_at=None))
        hold_message(writing, chat, messages[-1].occurred_at, len(messages), topic=messages[-1].topic)
        return None
    uow.gatherings.remove(chat.id)
    if all(message.revoked_at for message in messages):
        for message in messages:
            uow.chat_messages.save(replace(message, gathered=False))
        return None
    return _register(writing, chat, chat.customer_id, draft, limits)


def postpone_gathering(uow: UnitOfWork, chat_id: str, stamp: Stamp) -> bool:
    """Postpone the end of a gathering for whose ticket there is no room; return whether it is the first time.

    Its messages stay gathered, and further ones join them.
    """
    uow.chats.lock_by_id(chat_id)
    gathering = uow.gatherings.get(chat_id)
    if gathering is None or gathering.closes_at is None:
        return False
    uow.gatherings.save(postpone(gathering, stamp.now))
    return not gathering.is_postponed


def _register(
    writing: WriteContext, chat: Chat, customer_id: str, draft: Draft, limits: CreationLimits
) -> Registered:
    first = draft.messages[0]
    submission = Submission(
        customer_id=customer_id,
        channel=chat.channel,
        chat_address=chat.address,
        text=_text(draft.messages),
        text_facts=draft.facts,
        attachment_kinds=_kinds(draft.messages),
        author=author_of(first.author),
        arrived_at=first.occurred_at,
        messages=tuple(_submitted(message) for message in draft.messages),
        topic=first.topic,
    )
    registered = register(writing, submission, limits=limits)
    if not isinstance(registered, Registered):
        raise AssertionError("a working chat's submission is registered")  # noqa: TRY004 - not about types
    for message, kept in zip(draft.messages, registered.messages, strict=True):
        where = replace(message, gathered=False, ticket_id=kept.ticket_id, message_id=kept.id)
        writing.uow.chat_messages.save(where)
        IncomingFiles(writing).add(
            message_id=kept.id,
            ticket_id=kept.ticket_id,
            customer_id=customer_id,
            channel=chat.channel,
            files=message.files,
            of_submission=True,
        )
    return registered


def _text(messages: Sequence[ChatMessage]) -> str:
    return joined(message.text for message in messages if message.revoked_at is None)


def _kinds(messages: Sequence[ChatMessage]) -> tuple[AttachmentKind, ...]:
    return tuple(dict.fromkeys(file.kind for message in messages for file in message.files))


def _submitted(message: ChatMessage) -> SubmittedMessage:
    return SubmittedMessage(
        text=message.text,
        sent_at=message.occurred_at,
        sender=author_of(message.author),
        revisions=message.revisions,
        revoked_at=message.revoked_at,
    )
