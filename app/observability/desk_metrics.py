"""Metrics of the decisions of the desk. No label carries a person or a text."""

from collections import Counter as TallyCounter

from prometheus_client import CollectorRegistry, Counter, Gauge

from app.application.tickets.submit_ticket import NotRegistered, Registered
from app.domain.language.hints import HintVerdict
from app.domain.vocabulary import OFFICIAL_CHANNELS

OTHER_CHANNEL = "other"


class DeskMetrics:
    """Counts submissions, their reasons and the suggestions of triage."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the metrics."""
        self._submissions = Counter(
            "support_submissions",
            "Submissions by outcome; `not_registered` ones do not become tickets (4.1, 4.3).",
            ("outcome", "channel"),
            registry=registry,
        )
        self._reasons = Counter(
            "support_submission_reasons",
            "Reasons of the decisions on submissions.",
            ("code", "clause"),
            registry=registry,
        )

        self._triage = Counter(
            "support_triage_classifications",
            "First classifications, by whether the chosen category had been suggested.",
            ("suggestion",),
            registry=registry,
        )
        for verdict in HintVerdict:
            self._triage.labels(verdict.value)
        self._suggested = Gauge(
            "support_triage_share_suggested",
            "Share of first classifications with a suggestion, since the start.",
            registry=registry,
        )
        self._right = Gauge(
            "support_triage_share_right",
            "Share of first classifications with a suggestion that chose a suggested category.",
            registry=registry,
        )
        self._fared: TallyCounter[HintVerdict] = TallyCounter()

    def count_triage(self, verdict: HintVerdict) -> None:
        """Count a first classification by whether the chosen category had been suggested."""
        self._triage.labels(verdict.value).inc()
        self._fared[verdict] += 1
        self._show_shares()

    def _show_shares(self) -> None:
        fared = self._fared
        suggested = fared.total() - fared[HintVerdict.NONE]
        self._suggested.set(suggested / fared.total())
        if suggested:
            self._right.set((fared[HintVerdict.FIRST] + fared[HintVerdict.LISTED]) / suggested)

    def count(self, result: Registered | NotRegistered) -> None:
        """Count a submission; unofficial channels share a label, as their names are the caller's text."""
        channel = result.facts.submission.channel
        label = channel if channel in OFFICIAL_CHANNELS else OTHER_CHANNEL
        self._submissions.labels(result.decision.outcome.value, label).inc()
        for reason in result.decision.reasons:
            self._reasons.labels(str(reason.code), reason.clause.value).inc()
