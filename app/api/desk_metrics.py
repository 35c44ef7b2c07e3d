"""Counts of what the desk decided, for operations; never of whom or what was written."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter

from app.application.submit_ticket import NotRegistered, Registered
from app.domain.vocabulary import OFFICIAL_CHANNELS

OTHER_CHANNEL = "other"


class DeskMetrics:
    """The metrics of the desk's own work."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self._submissions = Counter(
            "support_submissions",
            "Submissions by outcome; not_registered ones leave no ticket (4.1, 4.3).",
            ("outcome", "channel"),
            registry=registry,
        )
        self._reasons = Counter(
            "support_submission_reasons", "Reasons of submissions.", ("code", "clause"), registry=registry
        )

    def count_all(self, results: Iterable[Registered | NotRegistered]) -> None:
        """Count submissions; unofficial channels share a label, their names are the caller's words."""
        for result in results:
            channel = result.facts.submission.channel
            label = channel if channel in OFFICIAL_CHANNELS else OTHER_CHANNEL
            self._submissions.labels(result.decision.outcome.value, label).inc()
            for reason in result.decision.reasons:
                self._reasons.labels(str(reason.code), reason.clause.value).inc()
