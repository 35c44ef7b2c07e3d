"""Metrics of the SQLite database."""

from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge


def watch_log(registry: CollectorRegistry, log: Path) -> None:
    """Register the size of SQLite's write-ahead log, read for each request of the metrics."""
    size = Gauge(
        "support_database_wal_bytes",
        "Size of SQLite's write-ahead log. It grows while a long read, such as a backup, is in progress.",
        registry=registry,
    )
    size.set_function(lambda: _size_of(log))


def _size_of(file: Path) -> float:
    try:
        return file.stat().st_size
    except OSError:  # the log comes with the first write
        return 0
