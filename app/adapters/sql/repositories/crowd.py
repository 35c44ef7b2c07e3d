"""A queue that is longer than positions are counted: known for a moment, so that not everybody counts."""

from datetime import UTC, datetime, timedelta

from app.domain.tickets.queue import POSITION_CAP, QueueKey

MOMENT = timedelta(seconds=0.5)
"""Each ticket leaves the queue by a transaction of its own: not a thousand of them do in this time."""

DEPTH = 2 * POSITION_CAP
"""Who comes behind this place stands behind POSITION_CAP a moment later too, whoever has left meanwhile."""


class Crowd:
    """What the submissions of a store know of a queue in which thousands wait; shared by threads.

    To count up to the cap is the dearest part of such a submission, and an outage brings many at once.
    """

    def __init__(self) -> None:
        self._seen: tuple[datetime, QueueKey | None] = datetime.min.replace(tzinfo=UTC), None
        """When somebody looked, and the key at DEPTH; replaced as a whole: no thread sees half of it."""

    def is_before(self, key: QueueKey, now: datetime) -> bool:
        """Say whether so many stood before a key a moment ago that its place need not be counted.

        `now` is when the submission came, as in `saw`.
        """
        seen_at, last = self._seen
        return last is not None and last < key and _is_recent(seen_at, now)

    def is_unknown(self, now: datetime) -> bool:
        """Say whether it is time to look again."""
        return not _is_recent(self._seen[0], now)

    def saw(self, last: QueueKey | None, now: datetime) -> None:
        """Keep the key at DEPTH; None if the queue is shorter."""
        self._seen = now, last


def _is_recent(seen_at: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - seen_at < MOMENT
