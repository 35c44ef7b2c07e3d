"""Prints what happened, as tables that fit a terminal."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from demo.language import Say
from demo.player import Line, instant
from demo.scenario import Agency

OUTCOMES = {
    "accepted": ("принято", "accepted"),
    "deferred": ("отложено", "deferred"),
    "separate_order": ("отдельный заказ", "separate order"),
    "declined": ("отказ", "declined"),
    "not_registered": ("без регистрации", "not registered"),
}
PRIORITIES = {
    "critical": ("критичный", "critical"),
    "high": ("высокий", "high"),
    "normal": ("обычный", "normal"),
}
WIDTHS = (10, 15, 34, 16, 26, 14)
HEADINGS = (
    ("Номер", "Number"),
    ("Кто", "Who"),
    ("Что", "What"),
    ("Решение", "Decision"),
    ("Пункт и основание", "Clause and reason"),
    ("Не раньше", "Not before"),
)


def cast(agencies: Sequence[Agency], say: Say) -> Iterator[str]:
    """List the agencies and what each has paid for (1.3)."""
    for agency in agencies:
        yield f"  {agency.id}  {agency.name:<16} {say(*agency.plan)}"


def protocol(lines: Sequence[Line], say: Say) -> Iterator[str]:
    """List every step: the author and the text, the decision with its clause, the earliest start."""
    yield from _row([say(*heading) for heading in HEADINGS])
    yield _rule()
    for line in lines:
        yield from _row(_cells(line, say))
        yield _rule()


def queue(items: Sequence[dict[str, Any]], say: Say) -> Iterator[str]:
    """List the queue in the order of work."""
    for item in items:
        arrived = f"{instant(item['times']['received_at']):%d.%m %H:%M:%S}"
        yield (
            f"{item['position']:>3}. {item['number']}  {say(*PRIORITIES[item['priority']]):<10} {arrived}  "
            f"{item['customer_id']}  {item['text'][:52]}"
        )


def usage(found: Sequence[tuple[Agency, dict[str, Any]]], say: Say) -> Iterator[str]:
    """List the minutes of the month."""
    for agency, month in found:
        limit = month["limit_minutes"]
        spent = f"{month['used_minutes']} {say('мин.', 'min')}"
        left = month["left_minutes"]
        allowed = say("без лимита", "no limit")
        if limit is not None:
            allowed = say(f"из {limit}, осталось {left}", f"of {limit}, {left} left")
        yield f"  {agency.name:<16} {month['month']}  {spent:>9} {allowed}"


def _cells(line: Line, say: Say) -> tuple[str, ...]:
    number = line.ticket["number"] if line.ticket else "—"
    what = f"{line.what} [{line.remark}]" if line.remark else line.what
    decision = line.decision
    if decision is None:
        return ("", line.who, what, "", "", "")
    outcome = say(*OUTCOMES[decision["outcome"]])
    if decision["priority"] in {"critical", "high"}:
        outcome += f", {say(*PRIORITIES[decision['priority']])}"
    why = "; ".join(f"{reason['clause']} {reason['code']}" for reason in decision["reasons"])
    start = decision["earliest_start_at"]
    return (
        number,
        line.who,
        what,
        outcome,
        why or line.scope,
        f"{instant(start):%d.%m.%y %H:%M}" if start else "—",
    )


def _row(cells: Sequence[str]) -> Iterator[str]:
    columns = [wrap(cell, width) or [""] for cell, width in zip(cells, WIDTHS, strict=True)]
    for place in range(max(map(len, columns))):
        parts = [column[place] if place < len(column) else "" for column in columns]
        yield " ".join(part.ljust(width) for part, width in zip(parts, WIDTHS, strict=True)).rstrip()


def _rule() -> str:
    return " ".join("─" * width for width in WIDTHS)
