"""Addresses and customer IDs of earlier versions that have another spelling than the accepted one (4.1)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.application.ports.store import UnitOfWork
from app.domain.chats.address import is_address
from app.domain.chats.chat import Chat
from app.domain.chats.respelling import respelled
from app.domain.customers.customer import PATH_STEPS

PAGE = 100


@dataclass(frozen=True, slots=True)
class MisspeltChat:
    """A chat whose address no message has; `twins` are the other chats with the same address."""

    chat: Chat
    twins: tuple[Chat, ...]


@dataclass(frozen=True, slots=True)
class Misspelt:
    """All that a person must correct: chats, the number of staff members, and IDs of customers."""

    chats: tuple[MisspeltChat, ...]
    staff: int
    customer_ids: tuple[str, ...]

    def __bool__(self) -> bool:
        """Check whether there is anything to correct."""
        return bool(self.chats or self.staff or self.customer_ids)


def find_misspelt(uow: UnitOfWork) -> Misspelt:
    """Return all that has another spelling than the accepted one."""
    return Misspelt(
        chats=tuple(_with_twins(uow)),
        staff=_count_staff(uow),
        customer_ids=tuple(one for one in PATH_STEPS if uow.customers.get(one) is not None),
    )


def _with_twins(uow: UnitOfWork) -> Iterator[MisspeltChat]:
    chats = uow.chats.misspelt()
    meant = {chat.id: respelled(chat.channel, chat.address) for chat in chats}
    same: defaultdict[tuple[str, str], dict[str, Chat]] = defaultdict(dict)
    for chat in chats:
        address = meant[chat.id]
        if address is not None:
            present = uow.chats.find(chat.channel, address)
            found = (chat,) if present is None else (present, chat)
            same[chat.channel, address].update({one.id: one for one in found})
    for chat in chats:
        twins = same[chat.channel, meant[chat.id] or ""]
        yield MisspeltChat(chat, tuple(one for one in twins.values() if one.id != chat.id))


def _count_staff(uow: UnitOfWork) -> int:
    wrong, after = 0, None
    while page := uow.staff.page(after=after, limit=PAGE):
        wrong += sum(not is_address(one.channel, one.external_id) for one in page)
        after = page[-1].channel, page[-1].external_id
    return wrong
