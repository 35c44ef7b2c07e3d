"""What claimers took and when, and whether one took what stood behind another's ticket."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

RANK = {"critical": 0, "high": 1, "normal": 2}

Key = tuple[int, str, str]


@dataclass(frozen=True)
class Claim:
    """A claim that took a ticket, with the times between which it ran."""

    ticket_id: str
    key: Key
    began: float
    ended: float


def key_of(ticket: Any) -> Key:
    """Give the place of a ticket in the order of work: smaller is worked first."""
    return RANK[ticket["priority"]], ticket["times"]["received_at"], ticket["id"]


def overtaken(claims: Iterable[Claim]) -> list[tuple[Claim, Claim]]:
    """Name claims with one that had ended before they began and took what stands behind theirs."""
    pairs: list[tuple[Claim, Claim]] = []
    by_end = sorted(claims, key=attrgetter("ended"))
    ended, last = 0, None
    for claim in sorted(by_end, key=attrgetter("began")):
        while by_end[ended].ended < claim.began:
            if last is None or by_end[ended].key > last.key:
                last = by_end[ended]
            ended += 1
        if last is not None and last.key > claim.key:
            pairs.append((last, claim))
    return pairs
