"""What the routers work with: the store, the clock and the judging of texts."""

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request

from app.api.http.etags import IfMatch, check_if_match
from app.application.ports.attachments import BlobStore, ContentCheck
from app.application.ports.store import Store
from app.application.stamp import Clock
from app.application.tickets.text_analysis import TextAnalysis
from app.application.versions import VersionCheck
from app.observability.desk_metrics import DeskMetrics


@dataclass(frozen=True, slots=True)
class Files:
    """Where uploads go; `quota` is in bytes a customer and day, 0 for none."""

    blobs: BlobStore
    check: ContentCheck
    quota: int


@dataclass(frozen=True, slots=True)
class Services:
    """The service behind the routers."""

    store: Store
    clock: Clock
    texts: TextAnalysis
    metrics: DeskMetrics
    files: Files


def open_desk(app: FastAPI, desk: Services) -> None:
    """Give the app its desk."""
    app.state.desk = desk


def services_of(request: Request) -> Services:
    """Give the desk of the app that answers a request."""
    desk: Services = request.app.state.desk
    return desk


def version_check(expected: IfMatch | None) -> VersionCheck:
    """Give the check that a use case makes on the version it finds; 0 stands for an absent object."""
    return lambda version: check_if_match(expected, version or None)
