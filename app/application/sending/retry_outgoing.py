"""Retries dead and unknown parts at the request of a person."""

from dataclasses import replace

from app.application.ports.store import UnitOfWork
from app.application.sending.leased_part import keep_part
from app.application.sending.settle_outgoing import EARLIER_PART_FAILED
from app.application.stamp import Stamp
from app.domain.sending.part import OutboxMessage, PartState
from app.domain.sending.policy import has_room_for_mark

RETRIED = frozenset({PartState.DEAD, PartState.UNKNOWN})


def retry_outgoing(uow: UnitOfWork, sequence: int, stamp: Stamp) -> bool:
    """Make a part wait again; False unless it is dead or unknown.

    An unknown part is marked as a possible repeat, if the mark fits. Later parts that were given up because
    of this one wait again too.
    """
    part = uow.outbox.lock(sequence)
    if part is None or part.state not in RETRIED:
        return False
    for each in uow.outbox.parts_of(part):
        if each.sequence == sequence or each.error_code == EARLIER_PART_FAILED:
            keep_part(uow, _anew(each, stamp), stamp.now)
    return True


def _anew(part: OutboxMessage, stamp: Stamp) -> OutboxMessage:
    return replace(
        part,
        state=PartState.PENDING,
        state_at=stamp.now,
        attempts=0,
        error_code=None,
        not_before=None,
        lease_token=None,
        repeated=part.repeated or (part.state is PartState.UNKNOWN and has_room_for_mark(part)),
    )
