"""Claims parts to send: the first of each chat, within the pace, leased to one sender.

Working chats come first: a part for an unassigned chat gets a slot that they leave, once per second at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.application.ports.messengers import Outgoing
from app.application.ports.outbox import ChannelState, Due
from app.application.ports.store import UnitOfWork
from app.application.sending.leased_part import Chance, Lease, keep_part
from app.application.sending.settle_outgoing import settle_expired
from app.application.stamp import Stamp
from app.domain.chats.address import is_address
from app.domain.sending.pace import (
    CHANNEL_GAP,
    UNASSIGNED_GAP,
    chat_gap,
    free_slots,
    may_tell_unassigned,
    take_slots,
    unassigned_first,
)
from app.domain.sending.part import OutboxMessage, PartState
from app.domain.sending.policy import words_to_send

LEASE = timedelta(minutes=2)
"""Time that a sender has; after it the sender counts as dead, and the part as perhaps sent."""

MOST_EXPIRED = 20


@dataclass(frozen=True, slots=True)
class Claimed:
    """The parts to send now, the instant of the next claim, and whether to probe the provider."""

    leases: tuple[Lease, ...] = ()
    next_at: datetime | None = None
    probe: bool = False


def claim_outgoing(
    uow: UnitOfWork, channel: str, most: int, stamp: Stamp, chance: Chance, *, unassigned: bool = True
) -> Claimed:
    """Lease up to `most` parts for working chats of a channel, each the first of its chat.

    With `unassigned`, one part for an unassigned chat is added if its turn has come. All count in the pace.
    A channel that is down or paused leases no parts; one relay at a time probes it.
    """
    now = stamp.now
    state = uow.channels.lock(channel)
    for part in uow.outbox.expired(channel, now, MOST_EXPIRED):
        settle_expired(uow, part, stamp, chance)
    if state.breaker.down:
        return _while_down(uow, state, now)
    if state.paused_until is not None and state.paused_until > now:
        return Claimed(next_at=state.paused_until)
    free = free_slots(state.full_at, now)
    if free <= 0:
        return Claimed(next_at=now + CHANNEL_GAP)
    heads = uow.outbox.heads(channel, now, min(most, free))
    after = state
    if unassigned:
        after, heads = _with_unassigned(uow, state, heads, free, now)
    ids = stamp.ids()
    leases = tuple(
        _lease(uow, due, channel, ids.next(), now) for due in heads if _can_be_sent(uow, channel, due, now)
    )
    if leases:
        after = replace(after, full_at=take_slots(state.full_at, len(leases), now))
    if after != state:
        uow.channels.save(after)
    return Claimed(leases, now if heads else _next_at(uow, after, now))


def _with_unassigned(
    uow: UnitOfWork, state: ChannelState, working: Sequence[Due], free: int, now: datetime
) -> tuple[ChannelState, Sequence[Due]]:
    """Add a part for an unassigned chat if its turn has come and a slot is free for it.

    A look that finds only resting chats uses the turn too, because a look costs as much as there are chats.
    """
    at = state.unassigned_at
    if not may_tell_unassigned(at, now) or (len(working) == free and not unassigned_first(at, now)):
        return state, working
    found = uow.outbox.heads(state.channel, now, 1, unassigned=True)
    if not found and uow.outbox.next_due_at(state.channel, now, unassigned=True) is None:
        return state, working
    return replace(state, unassigned_at=now + UNASSIGNED_GAP), [*found, *working][:free]


def _next_at(uow: UnitOfWork, state: ChannelState, now: datetime) -> datetime | None:
    """Return the instant of the next claim, when nothing can be claimed now."""
    ends = [uow.outbox.next_due_at(state.channel, now), state.unassigned_at]
    return min((end for end in ends if end is not None and end > now), default=None)


def _while_down(uow: UnitOfWork, state: ChannelState, now: datetime) -> Claimed:
    breaker = state.breaker
    if breaker.probe_at is not None and breaker.probe_at > now:
        return Claimed(next_at=breaker.probe_at)
    breaker = breaker.probing(now)
    uow.channels.save(replace(state, breaker=breaker))
    return Claimed(next_at=breaker.probe_at, probe=True)


def _can_be_sent(uow: UnitOfWork, channel: str, due: Due, now: datetime) -> bool:
    """Check whether a part may go to its chat; otherwise end the part.

    The chat must still belong to the part's customer (4.1). An address that an earlier version stored in
    another spelling could reach the chat of another customer.
    """
    if due.owner != due.part.customer_id:
        ended = replace(due.part, state=PartState.CANCELLED, error_code="chat_not_assigned")
    elif not is_address(channel, due.address):
        ended = replace(due.part, state=PartState.DEAD, error_code="bad_address")
    else:
        return True
    keep_part(uow, replace(ended, state_at=now), now)
    return False


def _lease(uow: UnitOfWork, due: Due, channel: str, token: str, now: datetime) -> Lease:
    leased = replace(
        due.part, state=PartState.LEASED, state_at=now, lease_until=now + LEASE, lease_token=token
    )
    keep_part(uow, leased, now)
    uow.channels.rest(leased.chat_id, channel, now + chat_gap(private=due.private))
    outgoing = _outgoing(leased, due.address)
    return Lease(leased.sequence, token, channel, leased.kind, outgoing, unassigned=due.owner is None)


def _outgoing(part: OutboxMessage, address: str) -> Outgoing:
    return Outgoing(address, words_to_send(part), f"{part.id}.{part.part}", part.reply_to, part.topic)
