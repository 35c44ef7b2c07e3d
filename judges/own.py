"""Our own judges, which are tests: the matrix of roles and the hostile bytes."""

import sys

from demo.process import ROOT
from judges.bench import Bench
from judges.verdict import Verdict

PASSED, FAILED = 0, 1


def role_matrix(bench: Bench) -> Verdict:
    """Call every operation in every role, on the own and on the other customer's objects: no leak."""
    return _tests(bench, "tests/api/routes/test_confinement.py", "tests/api/http/test_roles.py")


def hostile_bytes(bench: Bench) -> Verdict:
    """Send hostile bytes: each gets a 4xx problem, never a 5xx, and memory stays flat."""
    return _tests(bench, "tests/e2e/test_hostile_bytes.py", "tests/api/http/test_guard.py")


def _tests(bench: Bench, *files: str) -> Verdict:
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-k",
        "not postgresql",
        "-m",
        "not soak",
        "-rf",
    )
    printed = bench.run(*command, *files, ok=(PASSED, FAILED), where=ROOT)
    lines = printed.splitlines()
    return Verdict(
        tuple(line for line in lines if line.startswith(("FAILED", "ERROR"))), lines[-1].strip("= ")
    )
