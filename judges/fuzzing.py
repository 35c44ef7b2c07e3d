"""Schemathesis against the running service, as two customers who must not see each other's objects."""

import json
import re

from judges.agencies import confined_keys, fresh_service
from judges.bench import PYTHON, Bench
from judges.verdict import Verdict

EXAMPLES = 50
"""Cases an operation, in the phases that make them up."""

FAILURE = re.compile(r"^ +(?:❌|🚫) (.+: \d+)$", re.MULTILINE)
_GENERATED = re.compile(r"(\d+) generated")


def schemathesis(bench: Bench) -> Verdict:
    """All checks, stateful too, by keys that are confined to two customers: no failure, no error."""
    config = bench.config("schemathesis.toml")
    tool = (PYTHON / "schemathesis", "--config-file", config, "run", bench.document.name)
    options = (
        "--max-examples",
        str(EXAMPLES),
        "--generation-deterministic",
        "--no-color",
        "--warnings",
        "off",
    )
    with fresh_service() as service:
        users = [
            {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}
            for name, key in confined_keys(service).items()
        ]
        (bench.work / "keys.json").write_text(json.dumps({"auth": users}), "utf-8")
        printed = bench.run(*tool, "--url", service.url, *options, ok=(0, 1))
    generated = _GENERATED.search(printed)
    findings = FAILURE.findall(printed)
    if generated is None or ("No issues found" not in printed and not findings):
        findings.append("it was not content: read the report")
    return Verdict(
        tuple(findings), f"{generated[1] if generated else 'no'} cases; see {_kept(printed, bench)}"
    )


def _kept(printed: str, bench: Bench) -> str:
    """Keep the whole report where it outlives the run."""
    report = bench.work.parent / "schemathesis.txt"
    report.write_text(printed, "utf-8")
    return f"{report.parent.name}/{report.name}"
