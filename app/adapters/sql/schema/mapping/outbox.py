"""Rows of outgoing parts and of channels to values of the domain, and back."""

from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.application.ports.outbox import ChannelState
from app.domain.sending.breaker import Breaker
from app.domain.sending.part import OutboxKind, OutboxMessage, PartState


def outbox_values(part: OutboxMessage) -> Values:
    """Return the values of a new part; the database assigns its sequence."""
    return {
        "id": part.id,
        "chat_id": part.chat_id,
        "customer_id": part.customer_id,
        "ticket_id": part.ticket_id,
        "message_id": part.message_id,
        "kind": part.kind.value,
        "part": part.part,
        "parts": part.parts,
        "text": part.text,
        "created_at": part.created_at,
        **sending_values(part),
    }


def sending_values(part: OutboxMessage) -> Values:
    """Return the values that change while a part is being sent."""
    return {
        "reply_to": part.reply_to,
        "not_before": part.not_before,
        "state": part.state.value,
        "state_at": part.state_at,
        "attempts": part.attempts,
        "repeated": part.repeated,
        "lease_until": part.lease_until,
        "lease_token": part.lease_token,
        "error_code": part.error_code,
        "external_id": part.external_id,
        "topic": part.topic,
    }


def outbox_message_of(row: AnyRow) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        chat_id=row.chat_id,
        customer_id=row.customer_id,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        kind=OutboxKind(row.kind),
        text=row.text,
        created_at=row.created_at,
        part=row.part,
        parts=row.parts,
        reply_to=row.reply_to,
        not_before=row.not_before,
        state=PartState(row.state),
        state_at=row.state_at,
        attempts=row.attempts,
        repeated=row.repeated,
        lease_until=row.lease_until,
        lease_token=row.lease_token,
        error_code=row.error_code,
        external_id=row.external_id,
        topic=row.topic,
        sequence=row.sequence,
    )


def channel_values(state: ChannelState) -> Values:
    breaker = state.breaker
    return {
        "channel": state.channel,
        "full_at": state.full_at,
        "paused_until": state.paused_until,
        "failures": breaker.failures,
        "failing_chat": breaker.failing_chat,
        "spread": breaker.spread,
        "down_since": breaker.down_since,
        "code": breaker.code,
        "probe_at": breaker.probe_at,
        "probes": breaker.probes,
        "unassigned_at": state.unassigned_at,
    }


def channel_of(row: AnyRow) -> ChannelState:
    breaker = Breaker(
        failures=row.failures,
        failing_chat=row.failing_chat,
        spread=row.spread,
        down_since=row.down_since,
        code=row.code,
        probe_at=row.probe_at,
        probes=row.probes,
    )
    return ChannelState(row.channel, row.full_at, row.paused_until, breaker, row.unassigned_at)
