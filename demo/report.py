"""Tells in Russian what happened, as tables that fit a terminal."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from demo.player import Line, instant
from demo.scenario import Agency

OUTCOMES = {
    "accepted": "принято",
    "deferred": "отложено",
    "separate_order": "отдельный заказ",
    "declined": "отказ",
    "not_registered": "без регистрации",
}
PRIORITIES = {"critical": "критичный", "high": "высокий", "normal": "обычный"}
WIDTHS = (10, 15, 34, 16, 26, 14)
HEADINGS = ("Номер", "Кто", "Что", "Решение", "Пункт и основание", "Не раньше")


def cast(agencies: Sequence[Agency]) -> Iterator[str]:
    """Tell who takes part, and what each has paid for (1.3)."""
    for agency in agencies:
        yield f"  {agency.id}  {agency.name:<16} {agency.plan}"


def protocol(lines: Sequence[Line]) -> Iterator[str]:
    """Tell every step: who wrote what, what was decided, by which clause, when work can start."""
    yield from _row(HEADINGS)
    yield _rule()
    for line in lines:
        yield from _row(_cells(line))
        yield _rule()


def queue(items: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Tell the queue in the order of work."""
    for item in items:
        arrived = f"{instant(item['times']['received_at']):%d.%m %H:%M:%S}"
        yield (
            f"{item['position']:>3}. {item['number']}  {PRIORITIES[item['priority']]:<10} {arrived}  "
            f"{item['customer_id']}  {item['text'][:52]}"
        )


def usage(found: Sequence[tuple[Agency, dict[str, Any]]]) -> Iterator[str]:
    """Tell the minutes of the month."""
    for agency, month in found:
        limit = month["limit_minutes"]
        spent = f"{month['used_minutes']} мин."
        allowed = "без лимита" if limit is None else f"из {limit}, осталось {month['left_minutes']}"
        yield f"  {agency.name:<16} {month['month']}  {spent:>9} {allowed}"


def _cells(line: Line) -> tuple[str, ...]:
    number = line.ticket["number"] if line.ticket else "—"
    what = f"{line.what} [{line.remark}]" if line.remark else line.what
    decision = line.decision
    if decision is None:
        return ("", line.who, what, "", "", "")
    outcome = OUTCOMES[decision["outcome"]]
    if decision["priority"] in {"critical", "high"}:
        outcome += f", {PRIORITIES[decision['priority']]}"
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
