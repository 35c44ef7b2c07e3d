"""The route of a message: a table of named cases (4.1, 4.2, 4.6)."""

import pytest

from app.domain.chats.routing import (
    CONVERSATION_MINUTES,
    Arrival,
    AskForWords,
    ChatFacts,
    ChatTicket,
    Command,
    CommandName,
    Gather,
    JoinTicket,
    KeepOnly,
    NewGathering,
    RelatedMessage,
    Route,
    ShowHelp,
    ShowStatus,
    command_of,
    route,
)
from app.domain.vocabulary import AttachmentKind, Status

WORDS = "Выгрузка не работает"
TODAY, YESTERDAY = CONVERSATION_MINUTES, CONVERSATION_MINUTES + 1


def a_ticket(id_: str, status: Status = Status.NEW, minutes: int = TODAY, **more: bool) -> ChatTicket:
    return ChatTicket(id_, status, minutes_since=minutes, **more)


NOBODY = ChatFacts()
GATHERING = ChatFacts(gathering=True)
NEW = a_ticket("new")
OLD = a_ticket("old", minutes=YESTERDAY)
CLOSED = a_ticket("closed", Status.CLOSED, takes_messages=False)
RESOLVED = a_ticket("resolved", Status.RESOLVED)
SILENT = a_ticket("silent", Status.RESOLVED, takes_messages=False)
ASKED = a_ticket("asked", Status.WAITING_CUSTOMER, YESTERDAY)
DEFERRED = a_ticket("deferred", Status.DEFERRED, YESTERDAY, awaits_words=True)
BY_HOURS = a_ticket("by-hours", Status.DEFERRED)
DEVELOPED = a_ticket("developed", Status.IN_DEVELOPMENT)


def chat(*tickets: ChatTicket, gathering: bool = False, asked_anew: bool = False) -> ChatFacts:
    return ChatFacts(tickets, gathering, asked_anew)


def to(ticket: ChatTicket) -> RelatedMessage:
    return RelatedMessage(ticket.id)


STICKER = (AttachmentKind.STICKER,)
PICTURE = (AttachmentKind.IMAGE,)
VOICE = (AttachmentKind.VOICE,)

CASES: dict[str, tuple[Arrival, ChatFacts, Route]] = {
    "first words of a chat": (Arrival(WORDS), NOBODY, Gather()),
    "words while a submission is being written": (Arrival(WORDS), GATHERING, Gather()),
    "an open ticket does not draw words from the submission being written": (
        Arrival(WORDS), chat(NEW, gathering=True), Gather(),
    ),
    "a reply goes to its ticket": (Arrival(WORDS, answers=to(OLD)), chat(NEW, OLD), JoinTicket("old")),
    "a reply goes to its ticket while a submission is being written": (
        Arrival(WORDS, answers=to(NEW)), chat(NEW, gathering=True), JoinTicket("new"),
    ),
    "a reply to what is being gathered is gathered": (
        Arrival(WORDS, answers=RelatedMessage(gathered=True)), chat(ASKED, gathering=True), Gather(),
    ),
    "a reply goes to a resolved ticket": (
        Arrival(WORDS, answers=to(RESOLVED)), chat(NEW, RESOLVED), JoinTicket("resolved"),
    ),
    "a reply to a closed ticket is a new submission": (
        Arrival(WORDS, answers=to(CLOSED)), chat(NEW, CLOSED), Gather(),
    ),
    "a reply to a ticket resolved long ago is a new submission": (
        Arrival(WORDS, answers=to(SILENT)), chat(NEW, SILENT), Gather(),
    ),
    "a reply to what belongs to no ticket is like any message": (
        Arrival(WORDS, answers=RelatedMessage()), chat(NEW), JoinTicket("new"),
    ),
    "the newest ticket that waits for the customer goes before open ones": (
        Arrival(WORDS), chat(NEW, ASKED), JoinTicket("asked"),
    ),
    "of two that wait for the customer the newest": (
        Arrival(WORDS), chat(DEFERRED, ASKED), JoinTicket("deferred"),
    ),
    "a deferral by 4.2, 4.4 or 4.6 waits for the customer": (
        Arrival(WORDS), chat(NEW, DEFERRED), JoinTicket("deferred"),
    ),
    "a deferral by used-up hours does not": (Arrival(WORDS), chat(BY_HOURS), Gather()),
    "within a working day of the last message the open ticket": (
        Arrival(WORDS), chat(NEW), JoinTicket("new"),
    ),
    "later than that a new submission": (Arrival(WORDS), chat(OLD), Gather()),
    "of two open tickets the newest": (
        Arrival(WORDS), chat(a_ticket("newer"), NEW), JoinTicket("newer"),
    ),
    "a ticket in work is open": (
        Arrival(WORDS), chat(a_ticket("work", Status.IN_PROGRESS)), JoinTicket("work"),
    ),
    "a ticket in development is not open": (Arrival(WORDS), chat(DEVELOPED), Gather()),
    "a resolved ticket is not open": (Arrival(WORDS), chat(RESOLVED), Gather()),
    "thanks after the resolution begin nothing": (
        Arrival("Спасибо большое!"), chat(RESOLVED), JoinTicket("resolved"),
    ),
    "a sign after the resolution begins nothing": (Arrival("👍"), chat(RESOLVED), JoinTicket("resolved")),
    "thanks with a picture are a message": (Arrival("Спасибо", PICTURE), chat(RESOLVED), Gather()),
    "thanks for what was closed long ago are kept as a submission": (
        Arrival("Спасибо"), chat(SILENT), Gather(),
    ),
    "a picture alone is a submission": (Arrival("", PICTURE), NOBODY, Gather()),
    "a voice message alone is a submission": (Arrival("", VOICE), NOBODY, Gather()),
    "a lone sign is a submission without a description": (Arrival("?"), NOBODY, Gather()),
    "a lone sticker begins nothing": (Arrival("👋", STICKER), NOBODY, KeepOnly()),
    "a sticker belongs to the ticket that is spoken of": (
        Arrival("👋", STICKER), chat(NEW), JoinTicket("new"),
    ),
    "a sticker belongs to the submission being written": (Arrival("👋", STICKER), GATHERING, Gather()),
    "/new with words": (Arrival(f"/new {WORDS}"), chat(NEW, ASKED), NewGathering(WORDS)),
    "/new to this bot with words on the next line": (
        Arrival(f"/new@desk_bot\n{WORDS}"), chat(NEW), NewGathering(WORDS),
    ),
    "«новое обращение» with words": (
        Arrival(f"Новое обращение: {WORDS}"), chat(NEW), NewGathering(WORDS),
    ),
    "/new under a picture": (Arrival("/new", PICTURE), chat(NEW), NewGathering("")),
    "/new alone asks what about": (Arrival("/new"), chat(NEW), AskForWords()),
    "«новое обращение» alone asks what about": (Arrival("новое обращение."), chat(NEW), AskForWords()),
    "the words after a bare /new are a new submission": (
        Arrival(WORDS), chat(NEW, ASKED, asked_anew=True), Gather(),
    ),
    "a reply after a bare /new still goes to its ticket": (
        Arrival(WORDS, answers=to(NEW)), chat(NEW, asked_anew=True), JoinTicket("new"),
    ),
    "/status": (Arrival("/status"), chat(NEW), ShowStatus()),
    "/status to this bot": (Arrival("/status@desk_bot"), GATHERING, ShowStatus()),
    "«статус?»": (Arrival("Статус?"), chat(ASKED), ShowStatus()),
    "/start": (Arrival("/start payload"), NOBODY, ShowHelp()),
    "a part of an album that is being gathered": (
        Arrival("", PICTURE, album=RelatedMessage(gathered=True)), chat(ASKED, gathering=True), Gather(),
    ),
    "a late part of an album goes to its ticket": (
        Arrival("", PICTURE, album=to(OLD)), chat(NEW, OLD), JoinTicket("old"),
    ),
    "a late part of an album goes to its ticket even if it replies elsewhere": (
        Arrival("", PICTURE, album=to(OLD), answers=to(NEW)), chat(NEW, OLD), JoinTicket("old"),
    ),
    "a part of an album whose ticket is closed": (
        Arrival("", PICTURE, album=to(CLOSED)), chat(CLOSED), Gather(),
    ),
    "staff's first words of a chat": (Arrival(WORDS, from_staff=True), NOBODY, KeepOnly()),
    "staff's words while a submission is being written": (
        Arrival(WORDS, from_staff=True), chat(NEW, gathering=True), KeepOnly(),
    ),
    "staff's reply stands in its ticket": (
        Arrival(WORDS, from_staff=True, answers=to(OLD)), chat(NEW, OLD), JoinTicket("old"),
    ),
    "staff's reply to a closed ticket is kept": (
        Arrival(WORDS, from_staff=True, answers=to(CLOSED)), chat(CLOSED), KeepOnly(),
    ),
    "staff's words stand in the ticket that is spoken of": (
        Arrival(WORDS, from_staff=True), chat(DEVELOPED), JoinTicket("developed"),
    ),
    "staff's words a day later are kept": (Arrival(WORDS, from_staff=True), chat(OLD), KeepOnly()),
    "staff's commands are words": (Arrival("/new", from_staff=True), NOBODY, KeepOnly()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_message_goes_where_the_table_says(name: str) -> None:
    arrival, facts, expected = CASES[name]
    assert route(arrival, facts) == expected


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/new", Command(CommandName.NEW)),
        (" /NEW  ", Command(CommandName.NEW)),
        ("/new@a_bot  слова \n и ещё ", Command(CommandName.NEW, "слова \n и ещё")),
        ("Новое обращение", Command(CommandName.NEW)),
        ("новое обращение\nслова", Command(CommandName.NEW, "слова")),
        ("Новое обращение — слова", Command(CommandName.NEW, "слова")),
        ("статус", Command(CommandName.STATUS)),
        ("/help", Command(CommandName.HELP)),
        ("/newer", None),
        ("новое", None),
        ("Новое обращение не создаётся", None),
        ("Новое обращениееее", None),
        ("статус выгрузки не меняется", None),
        ("см. /new", None),
        ("", None),
    ],
)
def test_commands_are_read_as_written_and_nothing_else_is_one(text: str, command: Command | None) -> None:
    assert command_of(text) == command
