"""Judges of the generated clients: nothing is skipped, and no body has an unknown type."""

import json
import re
from pathlib import Path

from judges.bench import NODE, PYTHON, Bench
from judges.verdict import Verdict

_COMPLAINT = re.compile("warn|error|unable|skip|⚠", re.IGNORECASE)
UNKNOWN_BODY = re.compile(r'"(?:application/[a-z+]*json)": (?:unknown|never|any|Record<string, never>)')
UNTYPED = re.compile(r"response_\d+ = (?:cast\(Any, response|response\.json)|^    body: Any\b", re.MULTILINE)


def python_client(bench: Bench) -> Verdict:
    """Generate a Python client: no warning, every operation there, every answer with a body typed."""
    client = bench.work / "client"
    generate = (PYTHON / "openapi-python-client", "generate", "--path", bench.document)
    options = ("--meta", "none", "--output-path", client, "--overwrite", "--fail-on-warning")
    printed = bench.run(*generate, *options, ok=(0, 1), both_streams=True)
    findings = [line.strip() for line in printed.splitlines() if _COMPLAINT.search(line)]
    bench.run(PYTHON / "python", "-m", "compileall", "-q", client)
    operations = _operations(bench.document)
    made = {path.stem: path.read_text("utf-8") for path in client.glob("api/*/*.py")}
    for name in operations:
        module = re.sub("([A-Z])", lambda letter: f"_{letter[1].lower()}", name)
        if module not in made:
            findings.append(f"{name} is missing")
        elif UNTYPED.search(made[module]):
            findings.append(f"{name} has a body of type Any")
    return Verdict(tuple(findings), f"{len(operations)} operations")


def typescript(bench: Bench) -> Verdict:
    """Generate TypeScript types: no warning, no body is unknown, and `smallest.ts` compiles with them."""
    types = bench.work / "types.ts"
    printed = bench.run(NODE / "openapi-typescript", bench.document, "--output", types, both_streams=True)
    findings = [line.strip() for line in printed.splitlines() if _COMPLAINT.search(line)]
    text = types.read_text("utf-8")
    findings += sorted({f"a body is {shape}" for shape in UNKNOWN_BODY.findall(text)})
    compile_only = (NODE / "tsc", "--strict", "--noEmit", "--target", "es2022", "--typeRoots", "none")
    checked = bench.run(*compile_only, types.name, bench.config("smallest.ts").name, ok=(0, 1, 2))
    findings += checked.splitlines()
    operations = _operations(bench.document)
    findings += [f"{name} is missing" for name in operations if f"    {name}: {{" not in text]
    return Verdict(tuple(findings), f"{len(operations)} operations")


def _operations(document: Path) -> list[str]:
    paths = json.loads(document.read_text("utf-8"))["paths"]
    return [
        operation.get("operationId", f"{method} {path}")
        for path, item in paths.items()
        for method, operation in item.items()
    ]
