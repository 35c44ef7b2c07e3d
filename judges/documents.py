"""Judges of the document: Spectral, Redocly, openapi-spec-validator."""

import json

from judges.bench import NODE, PYTHON, Bench
from judges.verdict import Verdict

ENOUGH = 90.0
"""The least score of Redocly."""


def spectral(bench: Bench) -> Verdict:
    """Spectral's own rules and the OWASP ruleset: no finding of any severity."""
    bench.config("spectral.yaml")
    command = (NODE / "spectral", "lint", bench.document.name, "--ruleset", "spectral.yaml")
    printed = bench.run(*command, "--format", "json", "--fail-severity", "hint", ok=(0, 1))
    found = json.loads(printed[: printed.rindex("]") + 1])
    return Verdict(
        tuple(f"{one['code']} {'/'.join(map(str, one['path']))}: {one['message']}" for one in found)
    )


def redocly(bench: Bench) -> Verdict:
    """Redocly's strict rules: no error and no warning."""
    bench.config("redocly.yaml")
    printed = bench.run(NODE / "redocly", "lint", bench.document.name, "--format", "json", ok=(0, 1))
    found = json.loads(printed)["problems"]
    return Verdict(
        tuple(f"{one['ruleId']} {one['location'][0].get('pointer')}: {one['message']}" for one in found)
    )


def redocly_score(bench: Bench) -> Verdict:
    """Redocly's score of how easily people and agents can use the document."""
    bench.config("redocly.yaml")
    printed = bench.run(NODE / "redocly", "score", bench.document.name, "--format", "json")
    score = json.loads(printed[printed.index("{") :])["agentReadiness"]
    told = f"{score} of 100, at least {ENOUGH:.0f} wanted"
    return Verdict((told,) if score < ENOUGH else (), told)


def spec_validator(bench: Bench) -> Verdict:
    """The validity of the document by OpenAPI's own schema."""
    printed = bench.run(PYTHON / "openapi-spec-validator", bench.document.name, ok=(0, 1))
    wrong = [line for line in printed.splitlines() if not line.endswith(": OK")]
    return Verdict(tuple(wrong))
