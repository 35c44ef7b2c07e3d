"""Counts of what the desk decided, for operations; never of whom or what was written."""

from prometheus_client import CollectorRegistry, Counter

from app.domain.decision import Decision
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

    def count(self, decision: Decision, channel: str) -> None:
        """Count one submission; unofficial channels share a label, their names are the caller's words."""
        label = channel if channel in OFFICIAL_CHANNELS else OTHER_CHANNEL
        self._submissions.labels(decision.outcome.value, label).inc()
        for reason in decision.reasons:
            self._reasons.labels(str(reason.code), reason.clause.value).inc()
