"""Measured figures, and the tables of docs/speed.md that show it."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "speed.md"
BEGIN, BEGIN_PART = "<!-- make bench writes from here -->", "<!-- make bench ONLY={} writes from here -->"
END = "<!-- to here -->"
HOW = "Client, service and database share the machine. A ratio compares figures of one run."
_GIB = 2**30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; `holds` is None where nothing was promised."""

    what: str
    measured: str
    asked: str = "–"
    holds: bool | None = None

    def __str__(self) -> str:
        """Return the line as it is printed while the measuring goes on."""
        return f"{self.what}: {self.measured}" + (
            "" if self.holds is None else f" (asked {self.asked}: {self._verdict})"
        )

    @property
    def _verdict(self) -> str:
        return {True: "yes", False: "no", None: ""}[self.holds]

    @property
    def row(self) -> str:
        """Return the line as a row of the table."""
        return f"| {self.what} | {self.measured} | {self.asked} | {self._verdict} |"


def at_least(what: str, value: float, bound: float, shown: str = "{:,.0f}") -> Line:
    """Return the line of a figure that must not be smaller."""
    return Line(what, shown.format(value), "≥ " + shown.format(bound), value >= bound)


def at_most(what: str, value: float, bound: float, shown: str = "{:,.0f}") -> Line:
    """Return the line of a figure that must not be greater."""
    return Line(what, shown.format(value), "≤ " + shown.format(bound), value <= bound)


def write_table(lines: Sequence[Line], minutes: float, part: str = "") -> None:
    """Replace the table between the marks of docs/speed.md: of a whole run, or of a part that has its own."""
    begin, command = (BEGIN_PART.format(part), f"make bench ONLY={part}") if part else (BEGIN, "make bench")
    before, _, rest = PAGE.read_text("utf-8").partition(begin)
    _, found, after = rest.partition(END)
    if not found:
        raise RuntimeError(f"{PAGE.name} has no place for the table: {begin} … {END}")
    today = datetime.now(UTC)  # noqa: TID251 - a benchmark has no clock port
    table = [
        f"Measured {today:%Y-%m-%d} by `{command}` in {minutes:.0f} minutes on {machine()}.",
        HOW,
        "",
        "| what | measured | asked | holds |",
        "| --- | --- | --- | --- |",
        *(line.row for line in lines),
    ]
    PAGE.write_text(before + "\n".join((begin, "", *table, "", END)) + after, "utf-8")


def machine() -> str:
    """Name the machine: processor, cores, memory, system, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
