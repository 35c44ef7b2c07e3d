"""The stored waits in memory, with the meaning of the real ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.application.attachments.download_files import LEASE as DOWNLOAD_LEASE
from app.application.attachments.download_files import LONGEST_WAIT
from app.application.ports.waits import SKEW
from app.application.sending.claim_outgoing import LEASE
from app.domain.chats.gathering import LONGEST
from app.domain.chats.inbox import LONGEST_PAUSE, InboxState
from app.domain.sending.breaker import LONGEST_PROBE
from app.domain.sending.pace import CHANNEL_FULL, UNASSIGNED_GAP
from app.domain.sending.part import PartState
from app.domain.sending.policy import LONGEST_REST, REPEAT_AFTER

Wait = tuple[datetime | None, timedelta, timedelta, Callable[[datetime], None]]
"""The end of a wait, its maximum, what is left after a step, and how its end is moved."""

PAST = timedelta(0)
REPEAT = timedelta(seconds=REPEAT_AFTER)


class MemoryWaits:
    def __init__(self, contents: Any) -> None:
        self._contents = contents

    def too_long(self, now: datetime) -> bool:
        return any(at is not None and at > now + at_most + SKEW for at, at_most, *_ in self._all())

    def end(self, now: datetime, *, every: bool) -> None:
        for at, at_most, lease, move in self._all():
            ends_at = now + lease
            if at is not None and at > (ends_at if every else now + at_most + SKEW):
                move(ends_at)

    def _all(self) -> Iterator[Wait]:
        contents = self._contents
        yield from _of_parts(contents.outbox)
        yield from _of_channels(contents.channels)
        yield from _members(contents.paces, "next_at", LONGEST_REST)
        yield from _members(contents.paces, "throttled_until", LONGEST_REST)
        for number, item in list(contents.inbox.items()):
            if item.state is InboxState.PENDING:
                yield _member(contents.inbox, number, "due_at", LONGEST_PAUSE)
        yield from _members(contents.gatherings, "closes_at", LONGEST)
        for key, waiting in list(contents.downloads.items()):
            lease = DOWNLOAD_LEASE if waiting.attempts else PAST
            yield _member(contents.downloads, key, "due_at", LONGEST_WAIT, lease)
        for instants in (contents.notices, contents.beats):
            for key, at in list(instants.items()):
                yield at, PAST, PAST, _put(instants, key)


def _of_parts(outbox: dict[int, Any]) -> Iterator[Wait]:
    for number, part in list(outbox.items()):
        if part.state is PartState.PENDING and part.lease_token is None:
            yield _member(outbox, number, "not_before", LONGEST_REST)
        elif part.state is PartState.PENDING:
            yield _member(outbox, number, "not_before", REPEAT, REPEAT)
        if part.state is PartState.LEASED:
            yield _member(outbox, number, "lease_until", LEASE, LEASE)


def _of_channels(channels: dict[str, Any]) -> Iterator[Wait]:
    yield from _members(channels, "full_at", CHANNEL_FULL)
    yield from _members(channels, "unassigned_at", UNASSIGNED_GAP)
    yield from _members(channels, "paused_until", LONGEST_REST)
    for name in list(channels):
        yield channels[name].breaker.probe_at, LONGEST_PROBE, PAST, _probe(channels, name)


def _members(kept: dict[Any, Any], name: str, at_most: timedelta) -> Iterator[Wait]:
    for key in list(kept):
        yield _member(kept, key, name, at_most)


def _member(kept: dict[Any, Any], key: Any, name: str, at_most: timedelta, lease: timedelta = PAST) -> Wait:
    def move(ends_at: datetime) -> None:
        kept[key] = replace(kept[key], **{name: ends_at})

    return getattr(kept[key], name), at_most, lease, move


def _probe(channels: dict[str, Any], name: str) -> Callable[[datetime], None]:
    def move(ends_at: datetime) -> None:
        state = channels[name]
        channels[name] = replace(state, breaker=replace(state.breaker, probe_at=ends_at))

    return move


def _put(instants: dict[Any, datetime], key: Any) -> Callable[[datetime], None]:
    def move(ends_at: datetime) -> None:
        instants[key] = ends_at

    return move
