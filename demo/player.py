"""Plays the scenario over HTTP and checks every answer against what the scenario expects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx

from demo.scenario import BORIS, HOURS, QUEUE, STEPS, Agency, Ask, Book, Expected, Move, Reply, Step, Submit

MOSCOW = timezone(timedelta(hours=3), "MSK")
NOT_REGISTERED = 422
CONFLICT = 409


class Mismatch(Exception):
    """The service decided otherwise than the scenario says."""


@dataclass(frozen=True)
class Line:
    """What happened: who wrote what, and what came of it; `decision` None where nothing was decided."""

    who: str
    what: str
    decision: dict[str, Any] | None
    ticket: dict[str, Any] | None = None
    remark: str = ""
    scope: str = ""
    """The category with its clauses, for what no reason speaks against."""


def instant(text: str) -> datetime:
    """Read an instant of the service as Moscow time."""
    return datetime.fromisoformat(text).astimezone(MOSCOW)


def same(what: str, found: object, wanted: object) -> None:
    """Refuse to go on unless both are the same. Mismatch."""
    if found != wanted:
        raise Mismatch(f"{what}: ждали {wanted!r}, получили {found!r}")


class Player:
    """Plays step after step; `lines` is the protocol."""

    def __init__(self, http: httpx.Client, agencies: Sequence[Agency]) -> None:
        """Take a client of the service and the cast."""
        self._http = http
        self._agencies = {agency.id: agency for agency in agencies}
        self._tickets: dict[str, str] = {}
        self._queue = list(QUEUE)
        self._plays: dict[type[Any], Callable[[Any], Line]] = {
            Submit: self._submit,
            Ask: self._ask,
            Reply: self._reply,
            Move: self._move,
            Book: self._book,
        }
        self.lines: list[Line] = []
        categories = self.call("GET", "/v1/regulation", 200)["categories"]
        self._clauses = {one["code"]: ", ".join(one["clauses"]) for one in categories}

    def call(self, method: str, path: str, status: int, body: object = None, **query: str) -> Any:  # noqa: ANN401 - JSON
        """Call the service and expect a status. Mismatch."""
        answer = self._http.request(method, path, json=body, params=query)
        if answer.status_code != status:
            raise Mismatch(f"{method} {path}: ждали {status}, получили {answer.status_code}: {answer.text}")
        return answer.json() if answer.content else None

    def sync(self) -> None:
        """Sync the agencies and their working chats; one chat more than the tariff has is refused."""
        for agency in self._agencies.values():
            path = f"/v1/customers/{agency.id}"
            record = {"name": agency.name, "contract_accepted_on": "2025-01-01", **agency.record}
            self.call("PUT", path, 201, record)
            for channel, chat in agency.chats:
                self.call("PUT", f"{path}/chats/{channel}/{chat}", 201, {})
            refused = self.call("PUT", f"{path}/chats/telegram/-1009{agency.id[-2:]}", CONFLICT, {})
            same(
                f"{agency.name}, лишний чат",
                (refused["code"], refused["clause"], refused["limit"]),
                ("chat_limit_reached", agency.one_chat_too_many, len(agency.chats)),
            )

    def play(self) -> None:
        """Play all steps. Mismatch."""
        for step in STEPS:
            self.lines.append(self._play(step))

    def queue(self) -> list[dict[str, Any]]:
        """Give the queue, checked: order, positions, and that the first is what a claim would take."""
        items: list[dict[str, Any]] = self.call("GET", "/v1/queue", 200)["items"]
        names = {ticket: name for name, ticket in self._tickets.items()}
        same("очередь", [names[item["id"]] for item in items], self._queue)
        same("места", [item["position"] for item in items], list(range(1, len(items) + 1)))
        return items

    def claim(self, agent: str) -> dict[str, Any]:
        """Let an agent take the first ticket."""
        first = self.queue()[0]
        taken: dict[str, Any] = self.call("POST", "/v1/queue/claims", 201, {"agent": agent})
        same("взято в работу", (taken["id"], taken["assignee"]), (first["id"], agent))
        return taken

    def usage(self) -> list[tuple[Agency, dict[str, Any]]]:
        """Give the month's usage of every agency, checked against the minutes booked."""
        booked = {"agency-23": 180}
        found = [
            (one, self.call("GET", f"/v1/customers/{one.id}/usage", 200)) for one in self._agencies.values()
        ]
        for agency, usage in found:
            same(f"{agency.name}, минуты", usage["used_minutes"], booked.get(agency.id, 0))
        return found

    def _play(self, step: Step) -> Line:
        return self._plays[type(step)](step)

    def _submit(self, step: Submit) -> Line:
        agency = self._agencies[step.agency]
        channel, chat = agency.chats[0]
        body = {
            "customer_id": agency.id,
            "channel": channel,
            "chat_id": chat,
            "text": step.text,
            "category": step.category,
            **step.fields,
        }
        unregistered = step.expected.outcome == "not_registered"
        answer = self.call("POST", "/v1/tickets", NOT_REGISTERED if unregistered else 201, body)
        decision = answer["decision"]
        if unregistered:
            same(step.text, answer["code"], "not_registered")
            return self._checked(agency.id, step.text, decision, step.expected)
        self._tickets[step.name] = answer["id"]
        expected, remark = self._by_the_month(step, decision["decided_at"])
        self._check_start(step.text, answer)
        return self._checked(agency.id, step.text, decision, expected, answer, remark)

    def _by_the_month(self, step: Submit, arrived: str) -> tuple[Expected, str]:
        """Work out what used-up minutes mean at this hour: nothing, if the desk next opens next month."""
        if not step.hours_used_up:
            return step.expected, ""
        if self._first_service(arrived).month != instant(arrived).month:
            if step.expected.outcome != "accepted":
                self._queue.append(step.name)
            remark = "часы месяца вышли, но работа начнётся уже в новом месяце"
            return replace(step.expected, outcome="accepted", reasons=(), status="queued"), remark
        if step.expected.outcome == "accepted":
            return replace(step.expected, notices=(HOURS,)), "часы вышли, но критичное идёт дальше"
        return replace(step.expected, resume_at=self._next_month(arrived).isoformat()), ""

    def _first_service(self, arrived: str) -> datetime:
        status = self.call("GET", "/v1/work-calendar/status", 200, at=arrived)
        first: str = arrived if status["open"] else status["next_opening_at"]
        return instant(first)

    def _next_month(self, arrived: str) -> datetime:
        """Give the first service minute of the next month, from the work calendar."""
        first = (instant(arrived).replace(day=1) + timedelta(days=32)).replace(day=1)
        span = {"from": first.date().isoformat(), "to": (first + timedelta(days=27)).date().isoformat()}
        days = self.call("GET", "/v1/work-calendar", 200, **span)["items"]
        return instant(next(day["intervals"][0]["opens_at"] for day in days if day["intervals"]))

    def _check_start(self, what: str, ticket: dict[str, Any]) -> None:
        """Work starts at the first service minute after arrival; outside service hours it is said so."""
        decision, arrived = ticket["decision"], ticket["times"]["received_at"]
        if decision["outcome"] not in {"accepted", "separate_order"}:
            return
        first = self._first_service(arrived)
        same(f"{what}: начало", instant(decision["earliest_start_at"]), first)
        told = any(notice["code"] == "outside_service_hours" for notice in decision["notices"])
        same(f"{what}: вне часов", told, first != instant(arrived))

    def _ask(self, step: Ask) -> Line:
        channel, chat = self._agencies[step.agency].chats[0]
        submission = {
            "channel": channel,
            "chat_id": chat,
            "text": step.text,
            "category": step.category,
            "attachment_kinds": list(step.attachment_kinds),
        }
        body = {"as_of": step.as_of, "customer_id": step.agency, "submission": submission}
        decision = self.call("POST", "/v1/decisions", 200, body)
        remark = f"проба на {instant(step.as_of):%d.%m.%Y %H:%M}"
        line = self._checked(step.agency, step.text or "(голосовое)", decision, step.expected, remark=remark)
        return replace(line, scope=self._scope({"category": step.category}))

    def _reply(self, step: Reply) -> Line:
        path = f"/v1/tickets/{self._tickets[step.ticket]}"
        self.call("POST", f"{path}/messages", 201, {"author": "customer", "text": step.text})
        ticket = self.call("GET", path, 200)
        self._check_start(step.text, ticket)
        return self._checked(
            ticket["customer_id"], step.text, ticket["decision"], step.expected, ticket, "ответ клиента"
        )

    def _move(self, step: Move) -> Line:
        path = f"/v1/tickets/{self._tickets[step.ticket]}/transitions"
        ticket = self.call("POST", path, 200, step.body)
        extras = [step.body[name] for name in ("category", "finding") if name in step.body]
        what = " ".join((step.body["action"], *extras))
        remark = f"{ticket['number']}, {step.body['agent']}"
        return self._checked("support", what, ticket["decision"], step.expected, ticket, remark)

    def _book(self, step: Book) -> Line:
        path = f"/v1/tickets/{self._tickets[step.ticket]}"
        ticket = self.call("GET", path, 200)
        performed_at: str = step.performed_at or self.call("GET", "/v1/work-calendar/status", 200)["at"]
        body = {"minutes": step.minutes, "agent": BORIS, "performed_at": performed_at}
        self.call("POST", f"{path}/time-entries", 201, body)
        what = f"списано {step.minutes} мин. по {ticket['number']}"
        if step.left is None:
            return Line("поддержка", f"{what} за {instant(performed_at):%m.%Y}", None)
        usage = self.call("GET", f"/v1/customers/{ticket['customer_id']}/usage", 200)
        same(f"{what}: остаток", usage["left_minutes"], step.left)
        return Line("поддержка", f"{what}, осталось {step.left}", None)

    def _checked(
        self,
        who: str,
        what: str,
        decision: dict[str, Any],
        expected: Expected,
        ticket: dict[str, Any] | None = None,
        remark: str = "",
    ) -> Line:
        same(f"{what}: решение", decision["outcome"], expected.outcome)
        reasons = tuple((reason["code"], reason["clause"]) for reason in decision["reasons"])
        same(f"{what}: основания", reasons, expected.reasons)
        codes = {notice["code"] for notice in decision["notices"]}
        same(f"{what}: недостающие уведомления", set(expected.notices) - codes, set())
        same(f"{what}: приоритет", decision["priority"], expected.priority)
        same(f"{what}: источник", decision["source"], expected.source)
        resume = decision["resume_at"] and instant(decision["resume_at"])
        same(f"{what}: возобновление", resume, expected.resume_at and instant(expected.resume_at))
        if ticket is not None:
            same(f"{what}: статус", ticket["status"], expected.status)
        name = self._agencies[who].name if who in self._agencies else "поддержка"
        return Line(name, what, decision, ticket, remark, self._scope(ticket) if ticket else "")

    def _scope(self, about: Mapping[str, Any]) -> str:
        """Name the category and the clauses that have it; a matter without one waits for triage."""
        category = about["category"]
        return f"{self._clauses[category]} {category}" if category else "ждёт разбора"
