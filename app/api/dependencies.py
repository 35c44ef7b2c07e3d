"""The services that requests use: one record, which the application gets once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from prometheus_client import CollectorRegistry
from starlette.requests import Request

from app.api.http.etags import IfMatch, check_if_match
from app.api.http.guard import Gate, caller_of
from app.application.attachments.under_way import UploadsUnderWay
from app.application.chats.inbox_worker import InboxObserver
from app.application.clock_watch import ClockWatch
from app.application.ports.attachments import BlobStore, ContentCheck
from app.application.ports.creation import CreationLimits
from app.application.ports.messengers import Messenger
from app.application.ports.store import Searches, Store
from app.application.ports.turns import Turns
from app.application.stamp import Clock
from app.application.tickets.submit_ticket import NotRegistered, Registered
from app.application.tickets.text_analysis import TextAnalysis, analysed
from app.application.versions import VersionCheck
from app.observability.desk_metrics import DeskMetrics
from app.observability.readiness import Readiness
from app.observability.sending_status import SendingStatus

T = TypeVar("T")

MOST_WAITING = 16
"""Maximum number of a key's long texts that wait for their analysis; one more may be in progress."""


@dataclass(frozen=True, slots=True)
class Files:
    """The storage of uploads; `quota` is in bytes per customer and day, 0 for none."""

    blobs: BlobStore
    check: ContentCheck
    quota: int
    under_way: UploadsUnderWay = field(default_factory=UploadsUnderWay)


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The messengers that may call, by channel, and Telegram's secrets: the present and the former ones."""

    messengers: Mapping[str, Messenger]
    telegram_secrets: tuple[str, ...] = ()


class Gauges(Protocol):
    """Metrics that are read from the store."""

    async def refresh(self) -> None:
        """Read them from the store."""
        ...


@dataclass(frozen=True, slots=True)
class Probes:
    """The sources of probes and metrics; `gauges` read the store for each request of the metrics."""

    readiness: Readiness
    registry: CollectorRegistry
    sending: SendingStatus
    watch: ClockWatch
    gauges: tuple[Gauges, ...]


@dataclass(frozen=True, slots=True)
class Services:
    """The services behind the endpoints and the guard."""

    gate: Gate
    store: Store
    searches: Searches
    clock: Clock
    texts: TextAnalysis
    turns: Turns
    limits: CreationLimits
    metrics: DeskMetrics
    files: Files
    webhooks: Webhooks
    probes: Probes
    inbox_observer: InboxObserver
    """Counts what the inbox's jobs of this process do, with the submissions of requests."""


def services_of(request: Request) -> Services:
    """Return the services of the application that handles a request; `create_app` has set them."""
    services: Services = request.app.state.services
    return services


def count_submission(services: Services, result: Registered | NotRegistered) -> None:
    """Count a submission after its commit."""
    services.metrics.count(result)
    if isinstance(result, Registered):
        services.limits.count(result.view.ticket.customer_id, result.view.ticket.chat_id)


async def analysed_for(request: Request, texts: Iterable[str | None], work: Callable[[], T]) -> T:
    """Run an analysis of the texts of a request. Raises TooManyLongTextsError."""
    turns, caller = services_of(request).turns, caller_of(request)
    return await analysed(turns, caller.key_id, texts, work, most_waiting=MOST_WAITING)


def version_check(expected: IfMatch | None) -> VersionCheck:
    """Return the check of If-Match for a use case; version 0 stands for an absent object."""
    return lambda version: check_if_match(expected, version or None)
