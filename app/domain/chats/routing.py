"""The route of a chat message: to a ticket, into a new submission, or nowhere (4.1, 4.2, 4.6)."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from app.domain.language.words import has_words, is_mere_thanks
from app.domain.tickets.life_cycle import DONE, OPEN
from app.domain.vocabulary import AttachmentKind, Status

CONVERSATION_MINUTES = 540
"""Service minutes (one working day) within which a message continues the present conversation."""


class CommandName(Enum):
    """A command that a customer can send to the desk."""

    NEW = auto()
    STATUS = auto()
    HELP = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """A command and the text after it."""

    word: CommandName
    words: str = ""


@dataclass(frozen=True, slots=True)
class JoinTicket:
    """The message belongs to this ticket."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class Gather:
    """The message belongs to the submission that the chat is writing now, or begins one."""


@dataclass(frozen=True, slots=True)
class NewGathering:
    """The customer asks for a new submission; `words` is the beginning of its text."""

    words: str


@dataclass(frozen=True, slots=True)
class AskForWords:
    """The customer asks for a new submission without any text: the next message begins it."""


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """The customer asks for the status of their tickets."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """The customer has just opened the chat, or asks how to use the desk."""


@dataclass(frozen=True, slots=True)
class KeepOnly:
    """The message is stored and has no other effect."""


Route = JoinTicket | Gather | NewGathering | AskForWords | ShowStatus | ShowHelp | KeepOnly


@dataclass(frozen=True, slots=True)
class RelatedMessage:
    """The route of a related message: the one that this message answers, or other parts of its album."""

    ticket_id: str | None = None
    gathered: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """The facts of a message that routing needs."""

    text: str
    kinds: tuple[AttachmentKind, ...] = ()
    from_staff: bool = False
    album: RelatedMessage = RelatedMessage()
    answers: RelatedMessage = RelatedMessage()


@dataclass(frozen=True, slots=True)
class ChatTicket:
    """The facts of one ticket of the chat that routing needs.

    `awaits_words`: deferred by 4.2, 4.4 or 4.6. `takes_messages` is False once the ticket is closed, or
    resolved and silent for three working days. `minutes_since` are service minutes between the chat's
    previous message (or the ticket's arrival, if later) and this message.
    """

    id: str
    status: Status
    awaits_words: bool = False
    takes_messages: bool = True
    minutes_since: int = 0

    @property
    def awaits_the_customer(self) -> bool:
        """Whether the desk has asked the customer for something."""
        return self.status is Status.WAITING_CUSTOMER or self.awaits_words

    @property
    def in_conversation(self) -> bool:
        """Whether at most one working day has passed."""
        return self.takes_messages and self.minutes_since <= CONVERSATION_MINUTES


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """The facts of the chat that routing needs; `tickets` are newest first.

    `gathering`: a submission is being written. `asked_anew`: the customer's latest message was the bare
    command for a new submission.
    """

    tickets: tuple[ChatTicket, ...] = ()
    gathering: bool = False
    asked_anew: bool = False

    def taking(self, ticket_id: str | None) -> ChatTicket | None:
        """Return the ticket with this id if it still accepts messages."""
        return next((one for one in self.tickets if one.id == ticket_id and one.takes_messages), None)


def route(arrival: Arrival, chat: ChatFacts) -> Route:
    """Return the route of a message: that of the first rule that applies."""
    if arrival.from_staff:
        return _remark(arrival, chat)
    if (with_album := _with(arrival.album, chat)) is not None:
        return with_album
    if (command := command_of(arrival.text)) is not None:
        return _obeyed(command, arrival)
    if (answered := _with(arrival.answers, chat)) is not None:
        return answered
    if chat.gathering or chat.asked_anew:
        return Gather()
    asked = next((one for one in chat.tickets if one.awaits_the_customer), None)
    if asked is not None:
        return JoinTicket(asked.id)
    spoken_of = next((one for one in chat.tickets if one.status in OPEN and one.in_conversation), None)
    if spoken_of is not None:
        return JoinTicket(spoken_of.id)
    return _without_a_ticket(arrival, chat)


def command_of(text: str) -> Command | None:
    """Parse a command in messenger form or in Russian words; None for any other text."""
    found = _COMMAND.match(text)
    if found is not None:
        return Command(_COMMANDS[found["command"].lower()], (found["words"] or "").strip())
    if _STATUS.fullmatch(text):
        return Command(CommandName.STATUS)
    found = _NEW.match(text)
    return None if found is None else Command(CommandName.NEW, text[found.end() :].strip())


def spoken(text: str) -> str:
    """Return the text of a message without a command for a new submission before it."""
    command = command_of(text)
    if command is None or command.word is not CommandName.NEW:
        return text
    return command.words or text


_COMMANDS = {
    "new": CommandName.NEW,
    "status": CommandName.STATUS,
    "start": CommandName.HELP,
    "help": CommandName.HELP,
}
_COMMAND = re.compile(
    r"\s*/(?P<command>new|status|start|help)(?:@\w+)?(?P<words>\s.*)?\Z", re.IGNORECASE | re.DOTALL
)
_STATUS = re.compile(r"\s*статус\s*[?.!]*\s*", re.IGNORECASE)
# Only alone or before punctuation: «Новое обращение не создаётся» reports a fault.
_NEW = re.compile(r"\s*новое обращение[ \t]*(?:\Z|[.:,;!—–\n-])", re.IGNORECASE)


def _remark(arrival: Arrival, chat: ChatFacts) -> Route:
    """Return the route of a staff message: never a submission, at most a message of the current ticket."""
    answered = chat.taking(arrival.answers.ticket_id)
    if answered is not None:
        return JoinTicket(answered.id)
    if arrival.answers.gathered or chat.gathering:
        return KeepOnly()
    spoken_of = next((one for one in chat.tickets if one.status not in DONE and one.in_conversation), None)
    return KeepOnly() if spoken_of is None else JoinTicket(spoken_of.id)


def _with(related: RelatedMessage, chat: ChatFacts) -> Route | None:
    """Return the route of the related message; if its ticket accepts no more messages, a new submission."""
    if related.gathered:
        return Gather()
    if related.ticket_id is None:
        return None
    ticket = chat.taking(related.ticket_id)
    return Gather() if ticket is None else JoinTicket(ticket.id)


def _obeyed(command: Command, arrival: Arrival) -> Route:
    if command.word is CommandName.STATUS:
        return ShowStatus()
    if command.word is CommandName.HELP:
        return ShowHelp()
    return NewGathering(command.words) if command.words or arrival.kinds else AskForWords()


def _without_a_ticket(arrival: Arrival, chat: ChatFacts) -> Route:
    """Begin a submission, unless the message asks for nothing: thanks, an emoji or a sticker."""
    wordless = not has_words(arrival.text)
    only_stickers = all(kind is AttachmentKind.STICKER for kind in arrival.kinds)
    asks_nothing = only_stickers and (wordless or is_mere_thanks(arrival.text))
    spoken_of = next((one for one in chat.tickets if one.in_conversation), None)
    if asks_nothing and spoken_of is not None:
        return JoinTicket(spoken_of.id)
    return KeepOnly() if wordless and arrival.kinds and only_stickers else Gather()
