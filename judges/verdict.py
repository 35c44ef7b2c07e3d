"""Findings of a judge."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Findings of a judge, one line each; none if it passes. `remark` has the amount of what it judged."""

    findings: tuple[str, ...] = ()
    remark: str = ""

    @property
    def passed(self) -> bool:
        """Whether the judge is content."""
        return not self.findings


SHOWN = 20
"""Findings of one judge that are printed; the first ones tell what to mend."""


def table(verdicts: Sequence[tuple[str, Verdict]]) -> str:
    """Build the table of judges, results and remarks, with the findings below it."""
    width = max((len(name) for name, _ in verdicts), default=0)
    lines = [
        f"{name:<{width}}  {'ok' if one.passed else f'{len(one.findings)} FOUND':<9}  {one.remark}".rstrip()
        for name, one in verdicts
    ]
    for name, one in verdicts:
        lines += [f"\n{name}:"] if one.findings else []
        lines += [f"  {finding}" for finding in one.findings[:SHOWN]]
        if len(one.findings) > SHOWN:
            lines.append(f"  … and {len(one.findings) - SHOWN} more")
    return "\n".join(lines)
