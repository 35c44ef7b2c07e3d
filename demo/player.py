"""Plays the scenario over HTTP and checks every response against the expectations of the scenario."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx

from demo.language import Say
from demo.scenario import BORIS, HOURS, QUEUE, STEPS, Agency, Ask, Book, Expected, Move, Reply, Step, Submit

MOSCOW = timezone(timedelta(hours=3), "MSK")
NOT_REGISTERED = 422
CONFLICT = 409


class Mismatch(Exception):
    """A response differs from the scenario."""

    def __init__(self, what: str, wanted: object, found: object) -> None:
        """Name the subject; keep what was expected and what came."""
        super().__init__(what, wanted, found)
        self.what, self.wanted, self.found = what, wanted, found


@dataclass(frozen=True)
class Line:
    """One step of the report; `decision` is None for a step without one."""

    who: str
    what: str
    decision: dict[str, Any] | None
    ticket: dict[str, Any] | None = None
    remark: str = ""
    scope: str = ""
    """The category with its clauses, shown when the decision has no reasons."""


def instant(text: str) -> datetime:
    """Read an instant of the service as Moscow time."""
    return datetime.fromisoformat(text).astimezone(MOSCOW)


def same(what: str, found: object, wanted: object) -> None:
    """Check whether both are the same. Mismatch."""
    if found != wanted:
        raise Mismatch(what, wanted, found)


class Player:
    """Plays step after step; `lines` is the report."""

    def __init__(self, http: httpx.Client, agencies: Sequence[Agency], say: Say) -> None:
        """Keep a client of the service, the agencies and the language of the report."""
        self._http = http
        self._say = say
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
            raise Mismatch(f"{method} {path}", status, (answer.status_code, answer.text))
        return answer.json() if answer.content else None

    def sync(self) -> None:
        """Sync the agencies and their working chats; check that one chat above the limit is refused."""
        for agency in self._agencies.values():
            path = f"/v1/customers/{agency.id}"
            record = {"name": agency.name, "contract_accepted_on": "2025-01-01", **agency.record}
            self.call("PUT", path, 201, record)
            for channel, chat in agency.chats:
                self.call("PUT", f"{path}/chats/{channel}/{chat}", 201, {})
            refused = self.call("PUT", f"{path}/chats/telegram/-1009{agency.id[-2:]}", CONFLICT, {})
            same(
                f"{agency.name}, {self._say('лишний чат', 'one chat too many')}",
                (refused["code"], refused["clause"], refused["limit"]),
                ("chat_limit_reached", agency.one_chat_too_many, len(agency.chats)),
            )

    def play(self) -> None:
        """Play all steps. Mismatch."""
        for step in STEPS:
            self.lines.append(self._play(step))

    def queue(self) -> list[dict[str, Any]]:
        """Return the queue after checking its order and positions."""
        items: list[dict[str, Any]] = self.call("GET", "/v1/queue", 200)["items"]
        names = {ticket: name for name, ticket in self._tickets.items()}
        same(self._say("очередь", "queue"), [names[item["id"]] for item in items], self._queue)
        same(
            self._say("места", "positions"),
            [item["position"] for item in items],
            list(range(1, len(items) + 1)),
        )
        return items

    def claim(self, agent: str) -> dict[str, Any]:
        """Claim the first ticket for an agent."""
        first = self.queue()[0]
        taken: dict[str, Any] = self.call("POST", "/v1/queue/claims", 201, {"agent": agent})
        same(self._say("взято в работу", "claimed"), (taken["id"], taken["assignee"]), (first["id"], agent))
        return taken

    def usage(self) -> list[tuple[Agency, dict[str, Any]]]:
        """Return the usage of every agency in the month after checking it against the booked minutes."""
        booked = {"agency-23": 180}
        found = [
            (one, self.call("GET", f"/v1/customers/{one.id}/usage", 200)) for one in self._agencies.values()
        ]
        for agency, usage in found:
            same(
                f"{agency.name}, {self._say('минуты', 'minutes')}",
                usage["used_minutes"],
                booked.get(agency.id, 0),
            )
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
        what = self._glossed(step.text, step.gloss)
        if unregistered:
            same(step.text, answer["code"], "not_registered")
            return self._checked(agency.id, what, decision, step.expected)
        self._tickets[step.name] = answer["id"]
        expected, remark = self._by_the_month(step, decision["decided_at"])
        self._check_start(step.text, answer)
        return self._checked(agency.id, what, decision, expected, answer, remark)

    def _glossed(self, text: str, gloss: str) -> str:
        """Return a text of a customer, in English with its meaning."""
        return self._say(text, f"{text} ({gloss})" if gloss else text)

    def _by_the_month(self, step: Submit, arrived: str) -> tuple[Expected, str]:
        """Return the expectation for used-up minutes: none, if the desk opens only in the next month."""
        if not step.hours_used_up:
            return step.expected, ""
        if self._first_service(arrived).month != instant(arrived).month:
            if step.expected.outcome != "accepted":
                self._queue.append(step.name)
            remark = self._say(
                "часы месяца исчерпаны, но работа начнётся уже в новом месяце",
                "the hours are used up, but work starts in the next month",
            )
            return replace(step.expected, outcome="accepted", reasons=(), status="queued"), remark
        if step.expected.outcome == "accepted":
            remark = self._say(
                "часы исчерпаны, но обращение критичное", "the hours are used up, but it is critical"
            )
            return replace(step.expected, notices=(HOURS,)), remark
        return replace(step.expected, resume_at=self._next_month(arrived).isoformat()), ""

    def _first_service(self, arrived: str) -> datetime:
        status = self.call("GET", "/v1/work-calendar/status", 200, at=arrived)
        first: str = arrived if status["open"] else status["next_opening_at"]
        return instant(first)

    def _next_month(self, arrived: str) -> datetime:
        """Return the first service minute of the next month, from the work calendar."""
        first = (instant(arrived).replace(day=1) + timedelta(days=32)).replace(day=1)
        span = {"from": first.date().isoformat(), "to": (first + timedelta(days=27)).date().isoformat()}
        days = self.call("GET", "/v1/work-calendar", 200, **span)["items"]
        return instant(next(day["intervals"][0]["opens_at"] for day in days if day["intervals"]))

    def _check_start(self, what: str, ticket: dict[str, Any]) -> None:
        """Check the earliest start, and the notice about arrival outside service hours."""
        decision, arrived = ticket["decision"], ticket["times"]["received_at"]
        if decision["outcome"] not in {"accepted", "separate_order"}:
            return
        first = self._first_service(arrived)
        same(f"{what}: {self._say('начало', 'start')}", instant(decision["earliest_start_at"]), first)
        told = any(notice["code"] == "outside_service_hours" for notice in decision["notices"])
        same(f"{what}: {self._say('вне часов', 'outside service hours')}", told, first != instant(arrived))

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
        remark = f"{self._say('проба на', 'preview at')} {instant(step.as_of):%d.%m.%Y %H:%M}"
        what = self._glossed(step.text, step.gloss) or self._say("(голосовое)", "(a voice message)")
        line = self._checked(step.agency, what, decision, step.expected, remark=remark)
        return replace(line, scope=self._scope({"category": step.category}))

    def _reply(self, step: Reply) -> Line:
        path = f"/v1/tickets/{self._tickets[step.ticket]}"
        self.call("POST", f"{path}/messages", 201, {"author": "customer", "text": step.text})
        ticket = self.call("GET", path, 200)
        self._check_start(step.text, ticket)
        remark = self._say("ответ клиента", "the customer's reply")
        what = self._glossed(step.text, step.gloss)
        return self._checked(ticket["customer_id"], what, ticket["decision"], step.expected, ticket, remark)

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
        what = self._say(
            f"списано {step.minutes} мин. по {ticket['number']}",
            f"{step.minutes} min recorded on {ticket['number']}",
        )
        support = self._say("поддержка", "support")
        if step.left is None:
            month = f"{instant(performed_at):%m.%Y}"
            return Line(support, f"{what} {self._say('за', 'in')} {month}", None)
        usage = self.call("GET", f"/v1/customers/{ticket['customer_id']}/usage", 200)
        same(f"{what}: {self._say('остаток', 'left')}", usage["left_minutes"], step.left)
        return Line(support, f"{what}, {self._say('осталось', 'left:')} {step.left}", None)

    def _checked(
        self,
        who: str,
        what: str,
        decision: dict[str, Any],
        expected: Expected,
        ticket: dict[str, Any] | None = None,
        remark: str = "",
    ) -> Line:
        same(f"{what}: {self._say('решение', 'decision')}", decision["outcome"], expected.outcome)
        reasons = tuple((reason["code"], reason["clause"]) for reason in decision["reasons"])
        same(f"{what}: {self._say('основания', 'reasons')}", reasons, expected.reasons)
        codes = {notice["code"] for notice in decision["notices"]}
        same(
            f"{what}: {self._say('недостающие уведомления', 'missing notices')}",
            set(expected.notices) - codes,
            set(),
        )
        same(f"{what}: {self._say('приоритет', 'priority')}", decision["priority"], expected.priority)
        same(f"{what}: {self._say('источник', 'source')}", decision["source"], expected.source)
        resume = decision["resume_at"] and instant(decision["resume_at"])
        same(
            f"{what}: {self._say('возобновление', 'resumption')}",
            resume,
            expected.resume_at and instant(expected.resume_at),
        )
        if ticket is not None:
            same(f"{what}: {self._say('статус', 'status')}", ticket["status"], expected.status)
        name = self._agencies[who].name if who in self._agencies else self._say("поддержка", "support")
        return Line(name, what, decision, ticket, remark, self._scope(ticket) if ticket else "")

    def _scope(self, about: Mapping[str, Any]) -> str:
        """Return the category with its clauses; a submission without a category waits for triage."""
        category = about["category"]
        return (
            f"{self._clauses[category]} {category}"
            if category
            else self._say("ждёт разбора", "waits for triage")
        )
