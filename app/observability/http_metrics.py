"""Metrics of the HTTP layer: number, duration and concurrency of requests."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LABELS = ("route", "method", "status")
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class HttpMetrics:
    """Counts and times requests by route template, method and status."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the metrics."""
        self._requests = Counter("support_http_requests", "Completed requests.", LABELS, registry=registry)
        self._seconds = Histogram(
            "support_http_request_seconds",
            "Time from the start of a request to the end of its response.",
            LABELS,
            buckets=BUCKETS,
            registry=registry,
        )
        self.in_flight = Gauge("support_http_requests_in_flight", "Requests in progress.", registry=registry)
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one response."""
        labels = (route, method, status)
        child = self._children.get(labels)
        if child is None:
            named = (route, method, str(status))
            child = (self._requests.labels(*named), self._seconds.labels(*named))
            self._children[labels] = child
        child[0].inc()
        child[1].observe(seconds)


class ConnectionMetrics:
    """Counts open connections, and requests that never reach the application."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the metrics."""
        self.open = Gauge("support_http_connections", "Open connections.", registry=registry)
        self.refused = Counter(
            "support_http_refusals",
            "Requests and connections refused before a route was chosen, by code of the problem.",
            ("code",),
            registry=registry,
        )
