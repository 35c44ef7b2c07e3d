"""Clients that do what agents and customers do, all at once, and write down what they were told."""

import json
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Any

from demo.process import ServiceProcess
from tests.e2e.agencies import EXTENDED, RENTAL, submission
from tests.e2e.claims import key_of
from tests.e2e.plain_http import BROKEN, PlainClient, Reply
from tests.e2e.stored import ask
from tests.histories.history import NEVER, History, Kind, Op, Seen, Told
from tests.histories.ticket_model import MOVES, TELLS_THE_CUSTOMER

CLIENTS = 8
SHAPES = ((RENTAL, "none"), (RENTAL, "none"), (EXTENDED, "none"), (RENTAL, "crm_down"))
FACTS_OF_AN_ANSWER = ("location", "etag", "content-type")
KINDS = (
    *(Kind.SUBMIT,) * 3,
    *(Kind.CLAIM,) * 3,
    *(Kind.MOVE,) * 5,
    *(Kind.CUSTOMER_MESSAGE,) * 2,
    Kind.AGENT_MESSAGE,
    *(Kind.ENTRY,) * 2,
    *(Kind.READ,) * 5,
)
ARGUMENTS: dict[str, dict[str, str]] = {"resolve": {"resolution": "fixed"}}
PERFORMED = "2026-01-12T12:00:00+03:00"
AT_ONCE_AFTER = 0.02
"""Seconds before what was not answered is sent again: the service may be starting."""

_SUBMITTED = "SELECT text, CAST(id AS text) FROM tickets"
_STARTED = "SELECT actor_name, CAST(ticket_id AS text) FROM events WHERE type = 'ticket.started'"


@dataclass
class Recorder:
    """One history: `ops` grow until all clients together have done enough."""

    services: Sequence[ServiceProcess]
    wanted: int
    ops: list[Op] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    """The tickets that are known, with a version that each had."""
    _numbers: Any = field(default_factory=count)
    _lock: Lock = field(default_factory=Lock)

    def record(self) -> None:
        """Let the clients work; ends when there are as many operations as wanted."""
        with ThreadPoolExecutor(CLIENTS) as threads:
            for client in [threads.submit(self._work) for _ in range(CLIENTS)]:
                client.result()

    def finish(self) -> History:
        """Claim what still waits, one after another, look at every ticket, and read the books."""
        submitted = tuple((row[0], row[1]) for row in ask(self.services[0], _SUBMITTED))
        with ExitStack() as stack:
            client = _Client(self, stack)
            while client.claim(keyed=False).told is Told.OK:
                pass
            for _, ticket in submitted:
                client.look(ticket)
        return History(tuple(self.ops), submitted, tuple(_claims(self.services[0])))

    def add(self, op: Op, version: int | None) -> None:
        with self._lock:
            self.ops.append(op)
            if op.ticket is not None and version is not None:
                self.versions[op.ticket] = max(version, self.versions.get(op.ticket, 0))

    def mark(self, kind: Kind) -> str:
        return f"{kind} {next(self._numbers)} {secrets.token_hex(4)}"

    def some_ticket(self) -> tuple[str, int] | None:
        """Choose among the last ones mostly, so that clients meet."""
        with self._lock:
            known = list(self.versions.items())
        return secrets.choice(known[-6:] if secrets.randbelow(4) else known) if known else None

    def _work(self) -> None:
        with ExitStack() as stack:
            client = _Client(self, stack)
            while len(self.ops) < self.wanted:
                client.do(secrets.choice(KINDS))


def _claims(service: ServiceProcess) -> list[tuple[str, str]]:
    """Give the agent and the ticket of each start by a claim."""
    return [(row[0], row[1]) for row in ask(service, _STARTED) if row[0].startswith(f"{Kind.CLAIM} ")]


class _Client:
    """One client; it talks to any process of the service."""

    def __init__(self, recorder: Recorder, stack: ExitStack) -> None:
        self._recorder = recorder
        self._doors = [stack.enter_context(PlainClient(service)) for service in recorder.services]

    def do(self, kind: Kind) -> None:
        keyed = bool(secrets.randbelow(4))
        if kind is Kind.SUBMIT:
            self._submit(keyed=keyed)
        elif kind is Kind.CLAIM:
            self.claim(keyed=keyed)
        elif (some := self._recorder.some_ticket()) is not None:
            ticket, version = some
            if kind is Kind.READ:
                self._read(ticket, secrets.choice(("", "messages", "time-entries")))
            elif kind is Kind.MOVE:
                self._move(ticket, version if secrets.randbelow(2) else None, keyed=keyed)
            else:
                self._add_to(ticket, kind, keyed=keyed)

    def claim(self, *, keyed: bool) -> Op:
        mark = self._recorder.mark(Kind.CLAIM)
        return self._write(Kind.CLAIM, mark, "/v1/queue/claims", {"agent": mark}, keyed=keyed)

    def look(self, ticket: str) -> None:
        """Read all of a ticket, one thing after another."""
        for part in ("", "messages", "time-entries"):
            self._read(ticket, part)

    def _submit(self, *, keyed: bool) -> None:
        mark = self._recorder.mark(Kind.SUBMIT)
        self._write(Kind.SUBMIT, mark, "/v1/tickets", submission(mark, *secrets.choice(SHAPES)), keyed=keyed)

    def _move(self, ticket: str, if_match: int | None, *, keyed: bool) -> None:
        mark, action = self._recorder.mark(Kind.MOVE), secrets.choice(list(MOVES))
        body = {"action": action, "agent": mark, **ARGUMENTS.get(action, {})}
        if action in TELLS_THE_CUSTOMER:
            body["text"] = mark
        self._write(
            Kind.MOVE,
            mark,
            f"/v1/tickets/{ticket}/transitions",
            body,
            keyed=keyed,
            ticket=ticket,
            action=action,
            if_match=if_match,
        )

    def _add_to(self, ticket: str, kind: Kind, *, keyed: bool) -> None:
        mark = self._recorder.mark(kind)
        body: dict[str, Any] = {"author": "customer", "text": mark}
        if kind is Kind.AGENT_MESSAGE:
            body = {"author": "agent", "agent": "Анна", "text": mark}
        elif kind is Kind.ENTRY:
            body = {"minutes": 5, "agent": "Анна", "performed_at": PERFORMED, "note": mark}
        part = "time-entries" if kind is Kind.ENTRY else "messages"
        self._write(kind, mark, f"/v1/tickets/{ticket}/{part}", body, keyed=keyed, ticket=ticket)

    def _read(self, ticket: str, part: str) -> None:
        path = f"/v1/tickets/{ticket}/{part}?limit=100".replace("/?limit=100", "")
        began = time.perf_counter()
        try:
            reply = self._door().send("GET", path)
        except BROKEN:
            return  # nothing was seen
        ended = time.perf_counter()
        if reply.status == 503:
            return
        assert reply.status in {200, 404}, reply
        told = Told.OK if reply.status == 200 else Told.EMPTY
        shown = _seen(reply.json(), part) if told is Told.OK else Seen()
        op = Op(Kind.READ, part, began, ended, told, ticket, seen=shown)
        self._recorder.add(op, shown.version)

    def _write(
        self,
        kind: Kind,
        mark: str,
        path: str,
        body: dict[str, Any],
        *,
        keyed: bool,
        ticket: str | None = None,
        action: str = "",
        if_match: int | None = None,
    ) -> Op:
        headers = {"Idempotency_Key": secrets.token_hex(12)} if keyed else {}
        if if_match is not None:
            headers["If_Match"] = f'"{if_match}.0"'
        began, sent, reply = time.perf_counter(), 0, None
        while reply is None:
            sent += 1
            reply = self._answer(path, body, headers)
            if not keyed:
                break
            if reply is None:
                time.sleep(AT_ONCE_AFTER)
        told = _told(reply)
        ended = NEVER if told is Told.UNKNOWN else time.perf_counter()
        seen, place = Seen(), None
        if reply is not None and told is Told.OK and kind in {Kind.SUBMIT, Kind.CLAIM, Kind.MOVE}:
            shown = reply.json()
            seen, ticket = _seen(shown, ""), shown["id"]
            place = key_of(shown) if kind is not Kind.MOVE else None
        answers: tuple[bytes, ...] = ()
        if reply is not None and told is Told.OK and keyed:
            answers = self._given_again(path, body, headers, reply, first_sent=sent == 1)
        op = Op(kind, mark, began, ended, told, ticket, action, if_match, seen, place, sent, answers)
        self._recorder.add(op, seen.version)
        return op

    def _answer(self, path: str, body: Any, headers: dict[str, str]) -> Reply | None:
        """Send once; None if it has to be sent again to know: it broke, or the outcome is not known."""
        try:
            reply = self._door().post(path, body, **headers)
        except BROKEN:
            return None
        code = reply.json()["code"] if reply.status >= 400 else ""
        if code in {"outcome_unknown", "idempotency_in_progress"}:
            return None
        if code == "store_unavailable":
            assert int(reply.headers["retry-after"]) > 0
            return None if headers.get("Idempotency_Key") else reply
        return reply

    def _given_again(
        self, path: str, body: Any, headers: dict[str, str], first: Reply, *, first_sent: bool
    ) -> tuple[bytes, ...]:
        answers = [_whole(first)]
        assert not first_sent or "idempotency-replayed" not in first.headers
        if secrets.randbelow(4) == 0:
            again = self._answer(path, body, headers)
            if again is not None:
                assert again.headers["idempotency-replayed"] == "true"
                answers.append(_whole(again))
        return tuple(answers)

    def _door(self) -> PlainClient:
        return secrets.choice(self._doors)


def _told(reply: Reply | None) -> Told:
    if reply is None:
        return Told.UNKNOWN
    if reply.status in {200, 201}:
        return Told.OK
    if reply.status == 204:
        return Told.EMPTY
    told = {
        "transition_not_allowed": Told.NOT_ALLOWED,
        "precondition_failed": Told.OUTDATED,
        "store_unavailable": Told.UNCHANGED,
    }.get(reply.json()["code"])
    assert told is not None, reply
    return told


def _seen(shown: Any, part: str) -> Seen:
    if part == "messages":
        return Seen(messages=tuple(one["text"] for one in shown["items"]))
    if part == "time-entries":
        return Seen(entries=tuple(one["note"] for one in shown["items"]))
    return Seen(shown["version"], shown["status"], shown["assignee"])


def _whole(reply: Reply) -> bytes:
    facts = {name: reply.headers.get(name) for name in FACTS_OF_AN_ANSWER}
    return json.dumps([reply.status, facts]).encode() + reply.content
