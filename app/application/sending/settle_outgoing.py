"""Settles an attempt to send: the states of the part, its message, its chat and its channel."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.application.chats.move_chat import move_chat
from app.application.ports.outbox import ChannelState
from app.application.ports.store import UnitOfWork
from app.application.sending.leased_part import Chance, Lease, keep_part
from app.application.stamp import Stamp, WriteContext
from app.domain.chats.address import ChatAddress
from app.domain.chats.chat import Chat
from app.domain.sending.breaker import Breaker
from app.domain.sending.outcome import (
    ChannelDown,
    Permanent,
    Remapped,
    SendOutcome,
    Sent,
    Throttled,
    Transient,
    Unknown,
)
from app.domain.sending.part import OutboxMessage, PartState
from app.domain.sending.policy import NextState, next_step, throttle_seconds

MOST_THROTTLED = 3
"""Number of chats paused at the provider's request from which on the whole channel pauses."""

SENDER_DIED = Unknown("sender_died")
EARLIER_PART_FAILED = "earlier_part_failed"


def settle_outgoing(
    uow: UnitOfWork, lease: Lease, outcome: SendOutcome, stamp: Stamp, chance: Chance
) -> PartState | None:
    """Store the consequences of an outcome; return the state of the part.

    None if the lease was lost meanwhile: another sender decides on the part then. The outcome `Sent` is
    stored even so, because it prevents a repetition.
    """
    state = uow.channels.lock(lease.channel)
    if isinstance(outcome, Remapped) and outcome.address == lease.message.address:
        outcome = Transient("remapped_to_itself")
    writing = WriteContext(uow, stamp.now, stamp.ids())
    lost = _settle_address(writing, lease, outcome)
    part = uow.outbox.held_by(lease.sequence, lease.token)
    if part is None or part.state is PartState.SENT:
        return None
    if part.state is not PartState.LEASED and not isinstance(outcome, Sent):
        return None
    _settle_channel(writing, state, part, outcome, chance)
    if isinstance(outcome, Permanent) and lost is not None:
        _give_up_chat(writing, lost, outcome.code)
    ended = _settle_part(writing, part, outcome, chance)
    if isinstance(outcome, Sent):
        _keep_identity(writing, lease, ended, outcome)
    return ended.state


def settle_expired(uow: UnitOfWork, part: OutboxMessage, stamp: Stamp, chance: Chance) -> None:
    """Settle a part whose lease has expired: it may be in the chat.

    The token stays, so that a late report of the sender that the part was sent is accepted.
    """
    writing = WriteContext(uow, stamp.now, stamp.ids())
    _settle_part(writing, part, SENDER_DIED, chance, keep_token=True)


def give_back(uow: UnitOfWork, lease: Lease, stamp: Stamp) -> None:
    """Return a leased part that was not sent to the waiting ones, as if it had never been leased."""
    part = uow.outbox.held_by(lease.sequence, lease.token)
    if part is not None and part.state is PartState.LEASED:
        keep_part(uow, _free(part, PartState.PENDING, stamp.now), stamp.now)


def _settle_channel(
    writing: WriteContext, state: ChannelState, part: OutboxMessage, outcome: SendOutcome, chance: Chance
) -> None:
    now = writing.now
    after = replace(state, breaker=_breaker(state.breaker, part, outcome, now))
    if isinstance(outcome, Throttled):
        until = now + timedelta(seconds=throttle_seconds(outcome.seconds, chance.jitter))
        channels = writing.uow.channels
        channels.rest(part.chat_id, state.channel, until, throttled=True)
        if outcome.whole_channel or channels.throttled_chats(state.channel, now) >= MOST_THROTTLED:
            after = replace(after, paused_until=max(until, state.paused_until or until))
    if after != state:
        writing.uow.channels.save(after)


def _breaker(breaker: Breaker, part: OutboxMessage, outcome: SendOutcome, now: datetime) -> Breaker:
    """Return the breaker after an outcome: any answer of the provider closes it, silence is a failure."""
    match outcome:
        case ChannelDown(code):
            return breaker.opened(code, now)
        case Transient(code) | Unknown(code):
            return breaker.failed(part.chat_id, code, now)
        case _:
            return breaker.answered()


def _settle_address(writing: WriteContext, lease: Lease, outcome: SendOutcome) -> Chat | None:
    """Move a chat that has a new address; lock and return a chat that is lost.

    A chat is locked before its parts. News of a move is true whatever has become of the lease.
    """
    if isinstance(outcome, Remapped):
        old, new = lease.message.address, outcome.address
        move_chat(writing, ChatAddress(lease.channel, old), ChatAddress(lease.channel, new))
    if isinstance(outcome, Permanent) and outcome.chat_lost:
        return writing.uow.chats.lock(lease.channel, lease.message.address)
    return None


def _give_up_chat(writing: WriteContext, chat: Chat, code: str) -> None:
    if chat.reachable:
        lost = replace(chat, reachable=False, updated_at=writing.now, version=chat.version + 1)
        writing.uow.chats.save(lost)
    writing.uow.outbox.bury(chat.id, code, writing.now)


def _settle_part(
    writing: WriteContext,
    part: OutboxMessage,
    outcome: SendOutcome,
    chance: Chance,
    *,
    keep_token: bool = False,
) -> OutboxMessage:
    step = next_step(part, outcome, chance.jitter, chance.resend)
    ended = _after(part, step, writing.now)
    if isinstance(outcome, Sent):
        ended = replace(ended, external_id=outcome.message_id)
    if keep_token or ended.state is PartState.SENT:
        ended = replace(ended, lease_token=part.lease_token)
    if ended.state is PartState.DEAD:
        _give_up_later_parts(writing, ended)
    keep_part(writing.uow, ended, writing.now)
    return ended


def _after(part: OutboxMessage, step: NextState, now: datetime) -> OutboxMessage:
    return replace(
        _free(part, step.state, now),
        error_code=step.code,
        attempts=part.attempts + step.charged,
        not_before=now + timedelta(seconds=step.wait) if step.wait else None,
        reply_to=None if step.plainly else part.reply_to,
        topic=None if step.plainly else part.topic,
        repeated=part.repeated or step.repeated,
    )


def _free(part: OutboxMessage, state: PartState, now: datetime) -> OutboxMessage:
    return replace(part, state=state, state_at=now, lease_until=None, lease_token=None)


def _give_up_later_parts(writing: WriteContext, dead: OutboxMessage) -> None:
    """Mark the parts after a dead one as dead: an incomplete message makes no sense."""
    for part in writing.uow.outbox.parts_of(dead):
        if part.part > dead.part and part.state is PartState.PENDING:
            lost = replace(part, state=PartState.DEAD, state_at=writing.now, error_code=EARLIER_PART_FAILED)
            writing.uow.outbox.save(lost)


def _keep_identity(writing: WriteContext, lease: Lease, part: OutboxMessage, sent: Sent) -> None:
    writing.uow.chat_messages.add_sent(
        lease.channel,
        lease.message.address,
        sent.message_id,
        chat_id=part.chat_id,
        ticket_id=part.ticket_id,
        message_id=part.message_id,
        at=writing.now,
    )
