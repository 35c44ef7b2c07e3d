"""The codification holds text, code and readings together."""

import re
from pathlib import Path

import pytest

from app.domain.regulation.clauses import (
    CATEGORY_CLAUSES,
    CLAUSES,
    EDITION,
    FINDING_CLAUSES,
    MECHANISMS,
    NOT_AUTOMATED,
    NOTICE_CLAUSES,
    REASON_CLAUSES,
    ClauseEntry,
)
from app.domain.regulation.readings import READINGS, Reading
from app.domain.vocabulary import Action, Category, Clause, Finding, NoticeCode, ReasonCode

CLAUSES_OF_THE_DOCUMENT = [
    *("1.1", "1.2", "1.3", "1.4", "1.5"),
    *("2.1", "2.2", "2.3"),
    *("3.1", "3.2", "3.3", "3.4"),
    *("4.1", "4.2", "4.3", "4.4", "4.5", "4.6"),
    *("5.1", "5.2"),
]

ENTRY_OF = {entry.clause: entry for entry in CLAUSES}
DECISIONS = Path(__file__).parents[3] / "docs" / "decisions"


def in_both_languages(entry: ClauseEntry) -> tuple[str, str]:
    assert entry.why_not is not None
    return entry.why_not.ru, entry.why_not.en


def test_every_clause_of_the_document_has_one_entry_in_its_order() -> None:
    assert [entry.clause.value for entry in CLAUSES] == CLAUSES_OF_THE_DOCUMENT
    assert [clause.value for clause in Clause] == CLAUSES_OF_THE_DOCUMENT


def test_the_edition_is_a_stable_id() -> None:
    assert re.fullmatch(r"\d{4}-\d{2}", EDITION)


@pytest.mark.parametrize("entry", CLAUSES, ids=lambda entry: entry.clause.value)
def test_a_clause_is_either_automated_by_rules_or_excused_by_a_sentence(entry: ClauseEntry) -> None:
    assert entry.automated is (entry.clause not in NOT_AUTOMATED)
    assert entry.why_not == NOT_AUTOMATED.get(entry.clause)
    if entry.automated:
        assert entry.rules
    else:
        assert all(sentence.strip().endswith(".") for sentence in in_both_languages(entry))


def test_only_reading_the_knowledge_base_is_left_to_people() -> None:
    assert set(NOT_AUTOMATED) == {Clause.C1_2}


def test_no_excused_clause_has_a_reason_a_finding_or_a_category() -> None:
    tables = (REASON_CLAUSES, FINDING_CLAUSES, CATEGORY_CLAUSES)
    cited = {clause for table in tables for clauses in table.values() for clause in clauses}
    assert not cited & set(NOT_AUTOMATED)


def test_every_code_has_its_clauses() -> None:
    assert list(REASON_CLAUSES) == list(ReasonCode)
    assert list(NOTICE_CLAUSES) == list(NoticeCode)
    assert list(FINDING_CLAUSES) == list(Finding)
    assert list(CATEGORY_CLAUSES) == list(Category)


@pytest.mark.parametrize(
    ("code", "clauses"),
    [
        (code.value, clauses)
        for table in (REASON_CLAUSES, NOTICE_CLAUSES, FINDING_CLAUSES, CATEGORY_CLAUSES)
        for code, clauses in table.items()
    ],
)
def test_every_code_is_named_by_the_entry_of_its_clause(code: str, clauses: tuple[Clause, ...]) -> None:
    assert clauses
    for entry in CLAUSES:
        if entry.clause in clauses:
            assert entry.rules.count(code) == 1


def test_the_reason_table_goes_by_the_clauses_of_the_document() -> None:
    first = [clauses[0] for clauses in REASON_CLAUSES.values()]
    assert first == sorted(first, key=list(Clause).index)


def test_every_rule_is_a_known_name_and_every_mechanism_is_used() -> None:
    named = {rule for entry in CLAUSES for rule in entry.rules}
    enums = (ReasonCode, NoticeCode, Finding, Category, Action)
    codes = {member.value for enum in enums for member in enum}
    assert named <= codes | MECHANISMS
    assert named >= MECHANISMS
    assert not codes & MECHANISMS


@pytest.mark.parametrize(
    ("clause", "mechanism"),
    [
        (Clause.C2_1, "queue"),
        (Clause.C2_1, "work_calendar"),
        (Clause.C4_1, "working_chats"),
        (Clause.C4_5, "resolve"),
        (Clause.C5_1, "ledger"),
        (Clause.C5_1, "chat_limit"),
        (Clause.C5_2, "priority"),
    ],
)
def test_a_clause_without_a_reason_of_its_own_names_its_mechanism(clause: Clause, mechanism: str) -> None:
    assert mechanism in ENTRY_OF[clause].rules


def test_readings_run_from_r1_to_r18() -> None:
    assert [reading.id for reading in READINGS] == [f"R{number}" for number in range(1, 19)]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.id)
def test_a_reading_names_its_clauses_and_has_a_decision_record(reading: Reading) -> None:
    assert reading.clauses
    assert list(reading.clauses) == sorted(reading.clauses, key=list(Clause).index)
    number = int(reading.id.removeprefix("R"))
    records = list(DECISIONS.glob(f"{number:04}-*.md"))
    assert len(records) == 1
    text = records[0].read_text(encoding="utf-8")
    assert f"({reading.id})" in text.splitlines()[0]
    assert all(clause.value in text for clause in reading.clauses)
    assert records[0].name in (DECISIONS / "README.md").read_text(encoding="utf-8")
