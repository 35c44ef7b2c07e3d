"""One spelling per address: other spellings that earlier versions accepted are respelled.

An address that certainly means another one is replaced wherever it is stored. Where two chats, or two staff
members, would get the same address, both stay as they are, and so does an address whose meaning is unsure:
`support-desk migrate` lists them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Id, Name
from app.domain.chats.address import FORMS, is_address
from app.domain.chats.respelling import respelled

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_chats = sa.table("chats", sa.column("id", Id()), sa.column("address"))
_addresses = sa.table(
    "chat_addresses", sa.column("channel"), sa.column("address"), sa.column("chat_id", Id())
)
_messages = sa.table(
    "chat_messages",
    sa.column("channel"),
    sa.column("address"),
    sa.column("external_id"),
    sa.column("sequence"),
)
_inbox = sa.table("inbox", sa.column("channel"), sa.column("address"))
_staff = sa.table("staff", sa.column("channel", Name()), sa.column("external_id", Name()))

_CHANNEL: sa.BindParameter[str] = sa.bindparam("of")
_OLD: sa.BindParameter[str] = sa.bindparam("old")
_NEW: sa.BindParameter[str] = sa.bindparam("new")
BATCH = 1_000

Change = dict[str, str]
"""A channel as `of`, an address as `old`, its respelling as `new`, and the chat as `chat`."""


def upgrade() -> None:
    _respell_chats()
    _respell_inbox()
    _respell_staff()


def downgrade() -> None:
    """Change nothing: the earlier version accepts the addresses as well."""


def _respell_chats() -> None:
    rows = op.get_bind().execute(sa.select(_addresses))
    changes = [{**change, "chat": str(row.chat_id)} for row, change in _changes(rows)]
    holders: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for change in changes:
        holders[change["of"], change["new"]].add(change["chat"])
    present = _present(changes)
    for key, chat_id in present.items():
        holders[key].add(chat_id)
    sure = [change for change in changes if len(holders[change["of"], change["new"]]) == 1]
    # A chat that has both spellings needs one: the first change adds it if it is not there.
    double: list[Change] = []
    single: list[Change] = []
    seen = set(present)
    for change in sure:
        key = change["of"], change["new"]
        (double if key in seen else single).append(change)
        seen.add(key)
    is_it = (_addresses.c.channel == _CHANNEL, _addresses.c.address == _OLD)
    _each(sa.update(_addresses).where(*is_it).values(address=_NEW), single)
    _each(sa.delete(_addresses).where(*is_it), double)
    is_present = (_chats.c.id == sa.bindparam("chat", type_=Id()), _chats.c.address == _OLD)
    _each(sa.update(_chats).where(*is_present).values(address=_NEW), sure)
    _each(_respell_messages(), sure)


def _respell_messages() -> sa.Update:
    """Build the statement for messages of a chat; one that is stored under both addresses stays as it is."""
    other = _messages.alias("other")
    stored = (
        sa.select(other.c.sequence)
        .where(other.c.channel == _CHANNEL, other.c.address == _NEW)
        .where(other.c.external_id == _messages.c.external_id)
    )
    return (
        sa.update(_messages)
        .where(_messages.c.channel == _CHANNEL, _messages.c.address == _OLD, ~stored.exists())
        .values(address=_NEW)
    )


def _respell_inbox() -> None:
    rows = op.get_bind().execute(sa.select(_inbox).distinct())
    is_it = (_inbox.c.channel == _CHANNEL, _inbox.c.address == _OLD)
    _each(sa.update(_inbox).where(*is_it).values(address=_NEW), [change for _, change in _changes(rows)])


def _respell_staff() -> None:
    people = op.get_bind().execute(sa.select(_staff.c.channel, _staff.c.external_id.label("address"))).all()
    changes = [change for _, change in _changes(people)]
    wanted = Counter((row.channel, row.address) for row in people)
    wanted.update((one["of"], one["new"]) for one in changes)
    sure = [one for one in changes if wanted[one["of"], one["new"]] == 1]
    is_it = (_staff.c.channel == _CHANNEL, _staff.c.external_id == _OLD)
    _each(sa.update(_staff).where(*is_it).values(external_id=_NEW), sure)


def _changes(rows: Iterable[Any]) -> Iterator[tuple[Any, Change]]:
    """Yield the rows of official channels that are to be respelled."""
    for row in rows:
        if row.channel in FORMS and not is_address(row.channel, row.address):
            new = respelled(row.channel, row.address)
            if new is not None:
                yield row, {"of": row.channel, "old": row.address, "new": new}


def _present(changes: Sequence[Change]) -> dict[tuple[str, str], str]:
    """Return the chats that have the new addresses already."""
    found: dict[tuple[str, str], str] = {}
    for batch in _batches(changes):
        wanted = [(change["of"], change["new"]) for change in batch]
        is_wanted = sa.tuple_(_addresses.c.channel, _addresses.c.address).in_(wanted)
        for row in op.get_bind().execute(sa.select(_addresses).where(is_wanted)):
            found[row.channel, row.address] = str(row.chat_id)
    return found


def _each(statement: sa.Executable, changes: Sequence[Change]) -> None:
    for batch in _batches(changes):
        op.get_bind().execute(statement, batch)


def _batches(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Yield the changes in parts, so that no statement has too many parameters."""
    for start in range(0, len(changes), BATCH):
        yield changes[start : start + BATCH]
