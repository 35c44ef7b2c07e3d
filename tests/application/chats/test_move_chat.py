"""A chat that goes on under another address is the same chat (R12)."""

from app.application.chats.move_chat import move_chat
from app.application.stamp import WriteContext
from app.domain.chats.chat import Chat
from tests.application.desk import AGENCY, CHAT, OTHER_AGENCY, Desk, a_customer, on_telegram

NEW = "-1009"


def move(desk: Desk, old: str = CHAT, new: str = NEW) -> None:
    stamp, moved = desk.stamp(), (on_telegram(old), on_telegram(new))
    desk.write(lambda uow: move_chat(WriteContext(uow, stamp.now, stamp.ids()), *moved))


def by_address(desk: Desk, address: str) -> Chat | None:
    return desk.read(lambda uow: uow.chats.find("telegram", address))


def test_a_moved_chat_is_found_by_both_addresses_and_counts_once() -> None:
    desk = Desk()
    ticket_id = desk.register()
    move(desk)
    assert desk.chats() == {NEW: False}
    for chat in (by_address(desk, CHAT), by_address(desk, NEW)):
        assert chat is not None
        assert (chat.customer_id, chat.address) == (AGENCY, NEW)
    assert desk.ticket(ticket_id).chat_address == NEW


def test_moving_again_changes_nothing() -> None:
    desk = Desk()
    move(desk)
    before = by_address(desk, NEW)
    move(desk)
    move(desk, "-404")
    assert by_address(desk, NEW) == before


def test_an_address_of_another_chat_is_not_taken() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    desk.assign(NEW, OTHER_AGENCY)
    move(desk)
    assert desk.chats() == {CHAT: False}
