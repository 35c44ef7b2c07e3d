"""Updates that were held too long are counted, and logged as a number."""

from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from app.observability.desk_metrics import DeskMetrics
from app.observability.inbox_metrics import InboxMetrics


def test_deleted_updates_are_counted_and_logged_in_one_line() -> None:
    registry = CollectorRegistry()
    metrics = InboxMetrics(registry, DeskMetrics(registry))
    with capture_logs() as lines:
        metrics.expired(7)
        metrics.expired(2)
    assert registry.get_sample_value("support_inbox_expired_total") == 9
    assert [(line["event"], line["updates"]) for line in lines] == [
        ("held updates expired", 7),
        ("held updates expired", 2),
    ]
