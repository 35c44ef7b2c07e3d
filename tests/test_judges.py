"""The judges themselves: a finding turns the table red, and what they look for is seen."""

import json
import sys
from pathlib import Path

import pytest

from judges import __main__ as judges
from judges import flows, fuzzing, generators
from judges.bench import CONFIG, Bench, JudgeFailed
from judges.verdict import SHOWN, Verdict, table


def content(_: Bench) -> Verdict:
    return Verdict((), "7 cases")


def unhappy(_: Bench) -> Verdict:
    return Verdict(("a leak",))


def broken(_: Bench) -> Verdict:
    raise JudgeFailed("no such tool")


@pytest.fixture
def bench_of_three(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(judges, "TOOLS", tmp_path)
    monkeypatch.setattr(judges, "JUDGES", {"content": content, "unhappy": unhappy, "broken": broken})


@pytest.mark.usefixtures("bench_of_three")
@pytest.mark.parametrize(
    ("chosen", "status", "printed"),
    [
        (["content"], 0, "content  ok         7 cases\n"),
        (["unhappy"], 1, "unhappy  1 FOUND\n\nunhappy:\n  a leak\n"),
        (["broken"], 1, "broken  1 FOUND\n\nbroken:\n  could not judge: no such tool\n"),
        (["content,unhappy"], 1, None),
        ([], 1, None),
        (["nobody"], 2, ""),
    ],
)
def test_one_finding_is_enough_to_fail(
    chosen: list[str], status: int, printed: str | None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert judges.main(chosen) == status

    assert printed is None or capsys.readouterr().out == printed
    assert list(tmp_path.iterdir()) == []


def test_a_long_list_of_findings_is_cut() -> None:
    shown = table([("one", Verdict(tuple(map(str, range(SHOWN + 3)))))])

    assert shown.startswith(f"one  {SHOWN + 3} FOUND")
    assert shown.endswith("… and 3 more")


def test_an_unknown_body_is_seen_in_either_language() -> None:
    assert generators.UNKNOWN_BODY.findall('"application/json": unknown;') == ['"application/json": unknown']
    assert generators.UNTYPED.search("        response_200 = cast(Any, response.json())")
    assert generators.UNTYPED.search("        response_200 = response.json()\n")
    assert not generators.UNTYPED.search("        response_204 = cast(Any, None)\n")
    assert not generators.UNTYPED.search("response_200 = Ticket.from_dict(response.json())")


def test_failures_of_the_fuzzer_are_read_from_its_summary() -> None:
    summary = "Failures:\n  ❌ ST402 Object-level authorization bypass: 1\n\nErrors:\n  🚫 Network Error: 2\n"

    assert fuzzing.FAILURE.findall(summary) == [
        "ST402 Object-level authorization bypass: 1",
        "Network Error: 2",
    ]


def test_a_failed_check_of_a_flow_within_a_flow_is_seen() -> None:
    check = {"passed": False, "condition": "$statusCode == 200", "message": ""}
    step = {"workflowId": "inner", "stepId": "first", "checks": [check]}
    played = {"executedSteps": [{"executedSteps": [step]}, {**step, "checks": []}]}

    found = [line for one in flows.steps_of(played) for line in flows.failures_of("a.yaml", one)]

    assert found == ["a.yaml inner first: $statusCode == 200"]


def test_the_pinned_packages_name_no_index() -> None:
    lock = json.loads((CONFIG / "package-lock.json").read_text("utf-8"))

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert "registry." not in (CONFIG / "package-lock.json").read_text("utf-8")
    assert "://" not in (CONFIG / "requirements.txt").read_text("utf-8")


def test_the_flows_call_operations_of_the_contract_and_all_their_steps_assert_a_status() -> None:
    document = json.loads((flows.FLOWS / "openapi.json").read_text("utf-8"))
    known = {one["operationId"] for item in document["paths"].values() for one in item.values()}
    files = sorted(flows.FLOWS.glob("*.arazzo.yaml"))

    assert len(files) >= 3
    for file in files:
        steps = file.read_text("utf-8").split("      - stepId: ")[1:]
        called = [step for step in steps if "operationId: " in step]
        assert {step.partition("operationId: ")[2].split("\n")[0] for step in called} <= known
        assert all("- condition: $statusCode ==" in step for step in called), file.name


def test_what_a_tool_writes_to_stderr_can_be_read(tmp_path: Path) -> None:
    both = ("-c", "import sys; print('done'); print('WARNING', file=sys.stderr)")
    bench = Bench(tmp_path, tmp_path / "openapi.json")

    assert bench.run(sys.executable, *both) == "done\n"
    assert bench.run(sys.executable, *both, both_streams=True) == "done\nWARNING\n"


def test_a_warning_of_the_python_generator_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document = tmp_path / "openapi.json"
    document.write_text('{"paths": {}}', "utf-8")

    def run(_: Bench, *command: object, **options: object) -> str:
        return "WARNING parsing GET /v1/x\n" if options.get("both_streams") else ""

    monkeypatch.setattr(Bench, "run", run)

    assert generators.python_client(Bench(tmp_path, document)).findings == ("WARNING parsing GET /v1/x",)
