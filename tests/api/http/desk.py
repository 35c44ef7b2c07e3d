"""A tiny service behind the real HTTP layer, with a store that lives in memory."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar, cast

import httpx
from fastapi import APIRouter, FastAPI, Path, Query
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.attachments.content import FileContentCheck
from app.adapters.stems import SnowballStemmer
from app.adapters.system import steady_seconds
from app.api.dependencies import Files, Probes, Services, Webhooks, services_of
from app.api.http.answers import json_answer, response_of
from app.api.http.etags import check_if_match, conditional, etag_headers, read_if_match
from app.api.http.guard import CurrentCaller, Gate
from app.api.http.idempotency import answer
from app.api.http.keys import Access, KeyRing, Scope
from app.api.http.middleware import HttpMiddleware
from app.api.http.operation import IfMatchUse, Operation, Success
from app.api.http.pagination import Page, instant_column, listing, name_column, rank_column
from app.api.http.problems import install_problems, problem_answer
from app.api.http.rate_limit import rate_limiter
from app.api.http.routing import assert_guarded, include_operations, operation
from app.api.openapi.document import build_openapi
from app.api.routes.documentation import router as documentation
from app.api.routes.operations import router as operations
from app.application.administration.api_keys import hash_of
from app.application.errors import ExternalIdTakenError, NotFoundError, StoreUnavailableError
from app.application.ports.access import ApiKey, KeptAnswer, StoredResponse
from app.application.ports.attachments import BlobStore
from app.application.ports.creation import UNLIMITED
from app.application.ports.store import Searches, Store, UnitOfWork
from app.application.stamp import Stamp
from app.application.tickets.text_analysis import TextAnalysis
from app.domain.language.obscenity import find_obscenity
from app.observability.desk_metrics import DeskMetrics
from app.observability.http_metrics import HttpMetrics
from app.observability.inbox_metrics import InboxMetrics
from app.observability.readiness import Readiness
from app.observability.sending_status import SendingStatus
from tests.fakes.inline_turns import InlineTurns
from tests.fakes.virtual_clock import VirtualClock

T = TypeVar("T")
NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
ADMIN = "jsd_admin-token-that-is-long-enough-to-be-a-key-00"
READER = "jsd_reader"
CONFINED = "jsd_confined"
AUTH = {"Authorization": f"Bearer {ADMIN}"}


class NothingToSend:
    """The status of sending where there are no channels."""

    async def told(self) -> dict[str, object]:
        return {}


class FixedClock:
    def __init__(self) -> None:
        self.now = NOW
        self._next = 1 << 70

    def stamp(self) -> Stamp:
        self._next += 1000
        return Stamp(self.now, self._next)


class Keys:
    def __init__(self) -> None:
        self.kept: dict[str, ApiKey] = {}
        self.reads = 0

    def find(self, digest: str) -> ApiKey | None:
        self.reads += 1
        return self.kept.get(digest)

    def add(self, token: str, *scopes: str, **options: Any) -> ApiKey:
        key = ApiKey(
            id=options.pop("id", f"key-{token}"),
            name="test",
            secret_sha256=hash_of(token),
            scopes=frozenset(scopes),
            customer_id=options.pop("customer_id", None),
            created_at=NOW,
            expires_on=options.pop("expires_on", None),
            revoked_at=options.pop("revoked_at", None),
        )
        self.kept[key.secret_sha256] = key
        return key


class Answers:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], KeptAnswer] = {}

    def find(self, key_id: str, key: str) -> KeptAnswer | None:
        return self.kept.get((key_id, key))

    def save(self, key_id: str, key: str, kept: KeptAnswer) -> None:
        self.kept[key_id, key] = kept


class MemoryStore:
    """Runs every write twice, the first time for nothing, as a conflict would make it."""

    def __init__(self) -> None:
        self.api_keys = Keys()
        self.idempotency = Answers()
        self.things: list[str] = []
        self.broken = False
        self.pause: asyncio.Event | None = None
        self.checks: Callable[[], Any] = lambda: {"database": True}

    @property
    def uow(self) -> UnitOfWork:
        return cast("UnitOfWork", self)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        if self.broken:
            raise StoreUnavailableError
        if self.pause is not None:
            await self.pause.wait()
        things, kept = list(self.things), dict(self.idempotency.kept)
        try:
            work(self.uow)
        finally:
            self.things, self.idempotency.kept = things, kept
        await asyncio.sleep(0)
        return work(self.uow)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        if self.broken:
            raise StoreUnavailableError
        return work(self.uow)

    async def check(self) -> Mapping[str, bool]:
        found = self.checks()
        return cast("Mapping[str, bool]", await found if asyncio.iscoroutine(found) else found)


class ThingIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=20, description="Name.")
    kind: str | None = Field(default=None, max_length=20, description="Kind.")
    parts: list[Annotated[str, Field(max_length=5)]] = Field(default=[], max_length=3, description="Parts.")
    count: Annotated[int, Field(strict=True, ge=1, le=9)] | None = Field(None, description="Count.")


class ThingOut(BaseModel):
    name: str = Field(max_length=20, description="Name.")
    kind: str | None = Field(max_length=20, description="Kind.")


class ThingsPage(BaseModel):
    items: list[ThingOut] = Field(max_length=100, description="Things.")
    next_cursor: str | None = Field(max_length=1024, description="Where the next page begins.")


Number = Annotated[int, Path(ge=0, le=2**40, description="Number.")]
router = APIRouter()


def store_of(request: Request) -> MemoryStore:
    return cast("MemoryStore", services_of(request).store)


def rendered(name: str) -> bytes:
    return ThingOut(name=name, kind=None).model_dump_json().encode()


OK = (Success(200, "Done.", ThingOut, {"usual": {"name": "a", "kind": None}}),)
MAKE = Operation(
    scope=Scope.TICKETS_WRITE,
    id="makeThing",
    summary="Make a thing",
    tag="tickets",
    answers=(Success(201, "Made.", ThingOut, {"usual": {"name": "a", "kind": None}}),),
    problems=("external_id_taken", "not_registered"),
    idempotent=True,
    etag=True,
    request_examples={"usual": {"name": "a"}},
)


@operation(router, "POST", "/v1/things", MAKE)
async def make(request: Request, caller: CurrentCaller, body: ThingIn) -> Response:
    """Make a thing."""
    stamp = services_of(request).clock.stamp()
    store = store_of(request)

    def work(_: UnitOfWork) -> tuple[StoredResponse, str | None]:
        if body.name == "refused":
            return problem_answer(request, "not_registered", members={"decision": {"reasons": []}}), None
        if body.name == "taken":
            raise ExternalIdTakenError("the-ticket")
        if body.name == "boom":
            raise RuntimeError(f"secret {body.name} {body.kind}")
        store.things.append(body.name)
        shown = rendered(body.name)
        place = {"Location": f"/v1/things/{len(store.things) - 1}"}
        return json_answer(201, shown, place | etag_headers(1, shown)), body.name

    response, _ = await answer(request, caller, cast("Store", store), stamp, work)
    return response


@operation(
    router,
    "GET",
    "/v1/things",
    Operation(
        Scope.TICKETS_READ,
        "listThings",
        "List things",
        "tickets",
        (Success(200, "A page.", ThingsPage),),
        paged=True,
    ),
)
async def index(
    request: Request,
    caller: CurrentCaller,
    page: Page,
    kind: Annotated[list[Annotated[str, Field(max_length=9)]] | None, Query(max_length=5)] = None,
) -> Response:
    """List things."""
    asked = listing(request, caller, page)
    after = asked.after(instant_column, rank_column, name_column)
    start = 0 if after is None else after[1] + 1
    found = list(enumerate(store_of(request).things))[start : start + asked.rows]
    return asked.respond(found, lambda row: rendered(row[1]), lambda row: (NOW, row[0], row[1]))


@operation(
    router,
    "GET",
    "/v1/things/{number}",
    Operation(
        Scope.TICKETS_READ, "getThing", "Show", "tickets", OK, problems=("ticket_not_found",), etag=True
    ),
)
async def show(request: Request, number: Number) -> Response:
    """Show a thing."""
    things = store_of(request).things
    if not 0 <= number < len(things):
        raise NotFoundError("ticket_not_found")
    return conditional(request, rendered(things[number]), 7)


@operation(
    router,
    "PATCH",
    "/v1/things/{number}",
    Operation(Scope.TICKETS_WRITE, "changeThing", "Change", "tickets", OK, if_match=IfMatchUse.REQUIRED),
)
async def change(request: Request, number: Number, body: ThingIn | None = None) -> Response:
    """Change a thing."""
    expected = read_if_match(request, required=True)
    check_if_match(expected, 7 if number == 0 else None)
    return response_of(json_answer(200, rendered(body.name if body else "same")))


@operation(
    router,
    "DELETE",
    "/v1/things/{number}",
    Operation(
        Scope.TICKETS_WRITE,
        "removeThing",
        "Remove",
        "tickets",
        (Success(204, "Gone."),),
        confined_keys=False,
    ),
)
async def remove(request: Request, number: Number) -> Response:
    """Remove a thing."""
    del request, number
    return Response(status_code=204)


@operation(
    router,
    "POST",
    "/v1/raw",
    Operation(Access.PUBLIC, "raw", "Raw", "tickets", OK, raw_body=True, max_body=10, in_document=False),
)
async def raw(request: Request) -> Response:
    """Take any bytes."""
    return Response(str(len(await request.body())), media_type="text/plain")


@operation(
    router, "GET", "/v1/who", Operation(Access.ANY_KEY, "who", "Who", "tickets", OK, in_document=False)
)
async def who(request: Request, caller: CurrentCaller) -> Response:
    """Say who calls."""
    del request
    return Response(caller.key_id + " " + str(caller.customer_id), media_type="text/plain")


@operation(
    router, "GET", "/v1/breaks", Operation(Access.PUBLIC, "breaks", "Break", "tickets", OK, in_document=False)
)
async def breaks(request: Request) -> Response:
    """Break."""
    raise RuntimeError("very secret words " + request.url.query)


@dataclass
class Desk:
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: FixedClock = field(default_factory=FixedClock)
    requests_a_minute: int = 6000

    def __post_init__(self) -> None:
        self.store.api_keys.add(READER, "tickets:read")
        self.store.api_keys.add(CONFINED, "tickets:read", "tickets:write", customer_id="agency-17")
        store = cast("Store", self.store)
        self.readiness = Readiness(store)
        self.app = app = FastAPI(
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            telemetry={"tracing": False, "metrics": False, "logs": False},
        )
        registry = CollectorRegistry()
        watch = VirtualClock().watch()
        install_problems(app)
        metrics = DeskMetrics(registry)
        app.state.services = Services(
            gate=Gate(
                KeyRing(store, self.clock, [ADMIN]), rate_limiter(self.requests_a_minute, steady_seconds)
            ),
            store=store,
            searches=cast("Searches", store),
            clock=self.clock,
            texts=TextAnalysis(find_obscenity, SnowballStemmer()),
            turns=InlineTurns(),
            limits=UNLIMITED,
            metrics=metrics,
            files=Files(cast("BlobStore", None), FileContentCheck(), quota=0),
            webhooks=Webhooks({}),
            probes=Probes(self.readiness, registry, cast("SendingStatus", NothingToSend()), watch, ()),
            inbox_observer=InboxMetrics(registry, metrics),
        )
        include_operations(app, operations, documentation, router)
        app.add_middleware(HttpMiddleware, metrics=HttpMetrics(registry))
        app.openapi = lambda: build_openapi(app)  # type: ignore[method-assign]
        assert_guarded(app)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://desk.test", headers=AUTH
        )


def days(number: Number) -> timedelta:
    return timedelta(days=number)
