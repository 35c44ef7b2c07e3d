"""A chat that goes on under another address is the same chat (R12)."""

import pytest

from app.application.chats.move_chat import correct_address, move_chat
from app.application.errors import ChatAssignedElsewhereError, NotFoundError
from app.application.ports.store import UnitOfWork
from app.application.stamp import WriteContext
from app.domain.chats.address import AddressError
from app.domain.chats.chat import Chat
from app.domain.vocabulary import TariffName
from tests.application.desk import AGENCY, CHAT, OTHER_AGENCY, Desk, a_customer, boxed, on_telegram

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


def correct(desk: Desk, chat: Chat | None, address: str = NEW) -> Chat:
    assert chat is not None
    stamp = desk.stamp()
    return desk.write(lambda uow: correct_address(uow, chat.id, address, stamp))


def test_a_corrected_address_is_the_present_one() -> None:
    desk = Desk()
    ticket_id = desk.register()
    corrected = correct(desk, by_address(desk, CHAT))
    assert (corrected.address, corrected.version) == (NEW, 2)
    assert by_address(desk, NEW) == by_address(desk, CHAT) == corrected
    assert desk.ticket(ticket_id).chat_address == NEW
    assert correct(desk, corrected) == corrected


def test_a_chat_that_has_the_address_is_merged_into_the_corrected_one() -> None:
    desk = Desk(boxed(TariffName.EXTENDED))
    first = desk.register()
    desk.assign(NEW)
    second = desk.register(chat_address=NEW)
    corrected = correct(desk, by_address(desk, CHAT))
    assert desk.chats() == {NEW: False}
    assert {desk.ticket(each).chat_id for each in (first, second)} == {corrected.id}


def test_an_unassigned_chat_is_merged_from_both_sides() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    desk.assign(NEW, OTHER_AGENCY)
    desk.take_chat_away(NEW, OTHER_AGENCY)
    correct(desk, by_address(desk, CHAT))
    assert desk.chats() == {NEW: False}


def test_working_chats_of_two_customers_are_never_merged() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    desk.assign(NEW, OTHER_AGENCY)
    with pytest.raises(ChatAssignedElsewhereError):
        correct(desk, by_address(desk, CHAT))
    assert (desk.chats(), desk.chats(OTHER_AGENCY)) == ({CHAT: False}, {NEW: False})


def test_only_a_known_chat_gets_only_an_address_of_its_channel() -> None:
    desk = Desk()
    with pytest.raises(NotFoundError):
        desk.write(lambda uow: correct_address(uow, "unknown", NEW, desk.stamp()))
    for address in ("-01009", "RU.1349", ""):
        with pytest.raises(AddressError):
            correct(desk, by_address(desk, CHAT), address)


def test_an_address_whose_chat_was_merged_before_its_lock_stays_with_its_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    stamp = desk.stamp()

    def work(uow: UnitOfWork) -> None:
        kept, stub = (
            Chat(id_, "telegram", address, owner, None, None, stamp.now, 1)
            for id_, address, owner in (("kept", "-7", OTHER_AGENCY), ("stub", NEW, None))
        )
        for chat in (kept, stub):
            uow.chats.add(chat)
        lock = uow.chats.lock_by_id

        def merged_meanwhile(chat_id: str) -> Chat | None:
            if chat_id == "stub":
                uow.chats.absorb(kept, stub)
                return None
            return lock(chat_id)

        monkeypatch.setattr(uow.chats, "lock_by_id", merged_meanwhile)
        move_chat(WriteContext(uow, stamp.now, stamp.ids()), on_telegram(CHAT), on_telegram(NEW))

    desk.write(work)

    first, second = by_address(desk, CHAT), by_address(desk, NEW)
    assert first is not None
    assert (first.address, first.customer_id) == (CHAT, AGENCY)
    assert second is not None
    assert second.id == "kept"
