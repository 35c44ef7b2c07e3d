"""The regulation's cases as Arazzo flows, run by Redocly against the running service."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from demo.process import ROOT, ServiceProcess
from judges.agencies import fresh_service
from judges.bench import NODE, Bench, JudgeFailed
from judges.verdict import Verdict

Json = dict[str, Any]
FLOWS = ROOT / "openapi"
_ABOUT_NODE = re.compile(r"^\s*[╔║╚].*$", re.MULTILINE)


def respect(bench: Bench) -> Verdict:
    """Every workflow of every Arazzo file: each step answers with the status and the content it names."""
    files = sorted(FLOWS.glob("*.arazzo.yaml"))
    if not files:
        raise JudgeFailed("there are no flows")
    bench.config("redocly.yaml")
    findings: list[str] = []
    workflows = steps = 0
    with fresh_service() as service:
        for file in files:
            shutil.copy(file, bench.work / file.name)
            findings += _lint(bench, file.name)
            for workflow in _played(bench, file.name, service):
                workflows += 1
                for step in steps_of(workflow):
                    steps += 1
                    findings += failures_of(file.name, step)
    return Verdict(tuple(findings), f"{len(files)} files, {workflows} workflows, {steps} steps")


def _lint(bench: Bench, name: str) -> list[str]:
    printed = bench.run(NODE / "redocly", "lint", name, "--format", "json", ok=(0, 1))
    return [f"{name} {one['ruleId']}: {one['message']}" for one in json.loads(printed)["problems"]]


def _played(bench: Bench, name: str, service: ServiceProcess) -> list[Json]:
    """Run a file and return its workflows with the result of each step. JudgeFailed."""
    log = bench.work / "respect.json"
    log.unlink(missing_ok=True)
    command = (NODE / "redocly", "respect", name, "--server", f"desk={service.url}")
    printed = bench.run(*command, "--input", f"key={service.key}", "--json-output", log, ok=(0, 1))
    if not log.exists():
        raise JudgeFailed(_ABOUT_NODE.sub("", printed)[-3_000:])
    files: Mapping[str, Json] = json.loads(log.read_text("utf-8"))["files"]
    return [workflow for ran in files.values() for workflow in ran["executedWorkflows"]]


def steps_of(workflow: Json) -> Iterator[Json]:
    """Iterate over the calls of a workflow, those of nested workflows included."""
    for step in workflow["executedSteps"]:
        if "executedSteps" in step:
            yield from steps_of(step)
        else:
            yield step


def failures_of(file: str, step: Json) -> list[str]:
    return [
        f"{file} {step['workflowId']} {step['stepId']}: {check.get('condition') or check['message']}"
        for check in step["checks"]
        if not check["passed"]
    ]
