"""Every operation with its contract, written by hand so that a wrong declaration is noticed."""

from dataclasses import dataclass
from typing import Any

from tests.api.service import AGENCY, CHAT, OTHER, OTHER_CHAT, RENTAL, Service, said, submission

Json = dict[str, Any]
ANY_KEY = "any key"
PUBLIC = "public"
DAY = "2026-12-30"


@dataclass(frozen=True)
class Call:
    """A call; `path` has the names of `Places` in braces."""

    method: str
    template: str
    scope: str
    path: str
    body: Json | None = None
    status: int = 200
    of_customer: bool = False
    """The path or the body names something of one customer."""
    refuses_confined: bool = False
    stores: bool = False
    """A POST that stores something: it takes an Idempotency-Key."""
    etag: bool = False
    if_match: bool = False
    paged: bool = False
    form: bool = False
    """The body is a multipart form, its member `file` a file."""

    def options(self, body: Json | None) -> Json:
        """Give how httpx sends a body of this call."""
        if not self.form or body is None:
            return {"json": body}
        fields = dict(body)
        file = fields.pop("file", None)
        return {"data": fields, "files": {"file": ("log.txt", file or "")} if file else {"x": (None, "")}}

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"


def _get(template: str, scope: str, path: str = "", **more: Any) -> Call:
    return Call("GET", template, scope, path or template, **more)


ONE = "/v1/tickets/{ticket_id}"
ATTACHMENT = "/v1/attachments/{attachment_id}"
CUSTOMER = "/v1/customers/{customer_id}"
ONE_CHAT = f"{CUSTOMER}/chats/{{channel}}/{{chat_id}}"
ONE_OF_STAFF = "/v1/staff/{channel}/{external_id}"
ONE_EXCEPTION = "/v1/work-calendar/exceptions/{date}"
SUBMISSION = submission() | {"customer_id": "{customer_id}", "chat_id": "{chat_id}"}
WORDS = {"channel": "telegram", "chat_id": "{chat_id}", "text": "Слова"}
ENTRY = {"minutes": 5, "agent": "Ирина", "performed_at": "2026-11-20T10:00:00+03:00"}
STAFF = {"name": "Ольга"}
HOURS = {"intervals": [{"opens": "09:00", "closes": "16:00"}], "reason": "Короткий день"}

CALLS = (
    Call("POST", "/v1/decisions", "tickets:read", "/v1/decisions", of_customer=True,
         body={"customer_id": "{customer_id}", "submission": WORDS}),
    Call("POST", "/v1/text-checks", "tickets:read", "/v1/text-checks", {"text": "Слова"}),
    Call("POST", "/v1/tickets", "tickets:write", "/v1/tickets", SUBMISSION, 201, of_customer=True,
         stores=True, etag=True),
    _get("/v1/tickets", "tickets:read", paged=True),
    _get(ONE, "tickets:read", of_customer=True, etag=True),
    _get(f"{ONE}/decisions", "tickets:read", of_customer=True, paged=True),
    _get(f"{ONE}/events", "tickets:read", of_customer=True, paged=True),
    Call("POST", f"{ONE}/messages", "tickets:write", f"{ONE}/messages",
         {"author": "customer", "text": "Слова"}, 201, of_customer=True, stores=True),
    _get(f"{ONE}/messages", "tickets:read", of_customer=True, paged=True),
    Call("POST", "/v1/attachments", "tickets:write", "/v1/attachments",
         {"customer_id": "{customer_id}", "file": "Слова"}, 201, of_customer=True, stores=True, form=True),
    _get(ATTACHMENT, "tickets:read", of_customer=True),
    _get(f"{ATTACHMENT}/content", "tickets:read", of_customer=True, etag=True),
    Call("POST", f"{ONE}/time-entries", "tickets:work", f"{ONE}/time-entries", ENTRY, 201, of_customer=True,
         stores=True),
    _get(f"{ONE}/time-entries", "tickets:work", of_customer=True, paged=True),
    Call("POST", f"{ONE}/transitions", "tickets:work", f"{ONE}/transitions",
         {"action": "classify", "agent": "Ирина", "category": "product_defect"}, of_customer=True,
         stores=True, etag=True, if_match=True),
    _get("/v1/queue", "tickets:read", paged=True),
    Call("POST", "/v1/queue/claims", "tickets:work", "/v1/queue/claims", {"agent": "Ирина"}, 201,
         stores=True, etag=True),
    Call("PUT", CUSTOMER, "customers:write", CUSTOMER, RENTAL, refuses_confined=True, etag=True,
         if_match=True),
    _get(CUSTOMER, "customers:read", of_customer=True, etag=True),
    _get("/v1/customers", "customers:read", paged=True),
    _get(f"{CUSTOMER}/entitlement", "customers:read", of_customer=True),
    _get(f"{CUSTOMER}/usage", "customers:read", of_customer=True),
    Call("PUT", ONE_CHAT, "customers:write", f"{CUSTOMER}/chats/telegram/{{chat_id}}", {"title": "Чат"},
         refuses_confined=True, etag=True, if_match=True),
    Call("DELETE", ONE_CHAT, "customers:write", f"{CUSTOMER}/chats/telegram/{{chat_id}}", status=204,
         refuses_confined=True),
    _get(f"{CUSTOMER}/chats", "customers:read", of_customer=True, paged=True),
    _get("/v1/unassigned-chats", "customers:read", refuses_confined=True, paged=True),
    Call("PUT", ONE_OF_STAFF, "channels:manage", "/v1/staff/telegram/500", {"name": "Ирина"}, 201,
         refuses_confined=True, etag=True, if_match=True),
    _get(ONE_OF_STAFF, "channels:manage", "/v1/staff/telegram/501", refuses_confined=True, etag=True),
    Call("DELETE", ONE_OF_STAFF, "channels:manage", "/v1/staff/telegram/502", status=204,
         refuses_confined=True),
    _get("/v1/staff", "channels:manage", refuses_confined=True, paged=True),
    _get("/v1/work-calendar", ANY_KEY, "/v1/work-calendar?from=2026-11-20&to=2026-11-23"),
    _get("/v1/work-calendar/status", ANY_KEY),
    _get("/v1/work-calendar/working-time", ANY_KEY,
         "/v1/work-calendar/working-time?from=2026-11-20T06:00:00Z&to=2026-11-23T06:00:00Z"),
    Call("PUT", ONE_EXCEPTION, "calendar:write", f"/v1/work-calendar/exceptions/{DAY}", HOURS, 201,
         refuses_confined=True, etag=True, if_match=True),
    Call("DELETE", ONE_EXCEPTION, "calendar:write", "/v1/work-calendar/exceptions/2026-12-29", status=204,
         refuses_confined=True),
    _get("/v1/work-calendar/exceptions", ANY_KEY, paged=True),
    _get("/v1/regulation", ANY_KEY),
    _get("/v1/tariffs", ANY_KEY),
    _get("/v1/tariffs/{tariff}/quote", ANY_KEY, "/v1/tariffs/extended/quote?period=year"),
    _get("/livez", PUBLIC),
    _get("/readyz", PUBLIC),
    _get("/version", PUBLIC),
)  # fmt: skip
GUARDED = tuple(call for call in CALLS if call.scope != PUBLIC)
BY_NAME = {call.name: call for call in CALLS}


@dataclass(frozen=True)
class Places:
    """What the names in a call stand for."""

    customer_id: str
    chat_id: str
    ticket_id: str
    attachment_id: str

    def path(self, call: Call) -> str:
        return call.path.format(**vars(self))

    def body(self, call: Call) -> Json | None:
        return None if call.body is None else self._filled(call.body)

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.format(**vars(self)) if value.startswith("{") else value
        if isinstance(value, dict):
            return {name: self._filled(part) for name, part in value.items()}
        return value


@dataclass(frozen=True)
class World:
    """A service in which every call finds something to do, for two customers."""

    service: Service
    mine: Places
    theirs: Places


async def a_world(service: Service) -> World:
    """Give both customers a ticket with a message, an entry and an upload, two of all else listed."""
    places = []
    for customer_id, chat_id in ((AGENCY, CHAT), (OTHER, OTHER_CHAT)):
        ticket = await service.submitted(customer_id=customer_id, chat_id=chat_id)
        await service.book(ticket["id"], 5)
        file = await service.uploaded(customer_id=customer_id)
        places.append(Places(customer_id, chat_id, ticket["id"], file["id"]))
    for day in ("2026-12-28", "2026-12-29"):
        put = await service.admin.put(f"/v1/work-calendar/exceptions/{day}", json=HOURS)
        assert put.status_code == 201
    for person in ("501", "502"):
        assert (await service.admin.put(f"/v1/staff/telegram/{person}", json=STAFF)).status_code == 201
    for chat_id in ("-501", "-502"):
        assert (await service.update(chat=chat_id, message=said("1"))).status_code == 200
    await service.work()
    return World(service, *places)
