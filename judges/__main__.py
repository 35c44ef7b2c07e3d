"""Run the judges: python -m judges [NAME,…]. Exit 0: no finding, 1: findings, 2: unknown name."""

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from demo.process import ROOT
from judges import documents, flows, fuzzing, generators, own
from judges.bench import TOOLS, Bench, JudgeFailed
from judges.verdict import Verdict, table

Judge = Callable[[Bench], Verdict]
JUDGES: Mapping[str, Judge] = {
    "spectral": documents.spectral,
    "redocly": documents.redocly,
    "redocly-score": documents.redocly_score,
    "spec-validator": documents.spec_validator,
    "python-client": generators.python_client,
    "typescript": generators.typescript,
    "role-matrix": own.role_matrix,
    "hostile-bytes": own.hostile_bytes,
    "respect": flows.respect,
    "schemathesis": fuzzing.schemathesis,
}
DOCUMENT = ROOT / "openapi" / "openapi.json"
"""What the service tells; a test compares the two."""
WRONG_USE = 2


def main(chosen: list[str]) -> int:
    """Run the chosen judges, or all, each with a fresh service; print what they found."""
    names = [name for word in chosen for name in word.split(",") if name] or list(JUDGES)
    if unknown := [name for name in names if name not in JUDGES]:
        print(f"No such judge: {', '.join(unknown)}. There are: {', '.join(JUDGES)}", file=sys.stderr)
        return WRONG_USE
    verdicts: list[tuple[str, Verdict]] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        verdicts.append((name, _verdict(JUDGES[name])))
    print(table(verdicts))
    return 0 if all(verdict.passed for _, verdict in verdicts) else 1


def _verdict(judge: Judge) -> Verdict:
    work = TOOLS / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    document = Path(shutil.copy(DOCUMENT, work / DOCUMENT.name))
    try:
        return judge(Bench(work, document))
    except JudgeFailed as failure:
        return Verdict((f"could not judge: {failure}",))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
