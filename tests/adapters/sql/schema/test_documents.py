"""What is stored as JSON comes back the same, whatever it is."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.adapters.sql.schema import documents
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.decision import Decision, Notice, Reason
from app.domain.regulation.entitlement import Entitlement
from app.domain.tickets.event import STATE_FIELDS
from app.domain.tickets.ticket import Author, Development, Release, Settlement
from app.domain.vocabulary import Category, Impact, ObscenityPolicy, Priority, Status

INSTANTS = st.datetimes(
    min_value=datetime(2017, 1, 2),  # noqa: DTZ001 - the zone is drawn
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZoneInfo("Europe/Moscow")]),
)
MAYBE = st.none() | INSTANTS
CASES = st.builds(
    Case,
    submission=st.builds(SubmissionFacts),
    entitlement=st.builds(Entitlement),
    as_of=INSTANTS,
    calendar=st.builds(CalendarFacts, first_service_at=MAYBE, next_month_at=MAYBE),
)
DECISIONS = st.builds(
    Decision,
    reasons=st.lists(st.builds(Reason, resume_at=MAYBE)).map(tuple),
    notices=st.lists(st.builds(Notice)).map(tuple),
    earliest_start_at=MAYBE,
    resume_at=MAYBE,
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(Status),
        "category": st.none() | st.sampled_from(Category),
        "impact": st.sampled_from(Impact),
        "priority": st.none() | st.sampled_from(Priority),
        "assignee": st.none() | st.text(),
        "resume_at": MAYBE,
        "development": st.none() | st.builds(Development),
        "release": st.none() | st.builds(Release),
        "settlement": st.none() | st.builds(Settlement),
    },
)


def stored(document: Any) -> Any:
    return json.loads(json.dumps(document, ensure_ascii=False))


@given(CASES)
def test_facts_come_back_the_same(case: Case) -> None:
    assert documents.to_facts(stored(documents.from_facts(case))) == case


@given(CASES)
def test_facts_of_before_the_policy_could_be_set_read_as_deferred(case: Case) -> None:
    document = stored(documents.from_facts(case))
    del document["submission"]["obscenity_policy"]
    assert documents.to_facts(document).submission.obscenity_policy is ObscenityPolicy.DEFERRED


@given(DECISIONS)
def test_a_decision_comes_back_the_same(decision: Decision) -> None:
    again = documents.to_decision(stored(documents.from_decision(decision)))
    assert again == decision
    # Equal words of two kinds are equal; here the kind counts too.
    for one, other in zip(again.reasons, decision.reasons, strict=True):
        assert type(one.code) is type(other.code)
    for told, meant in zip(again.notices, decision.notices, strict=True):
        assert type(told.code) is type(meant.code)


@given(CHANGES)
def test_changes_of_a_ticket_come_back_the_same(changes: dict[str, object]) -> None:
    again = documents.to_changes(stored(documents.from_changes(changes)))
    assert again == changes
    assert {name: type(value) for name, value in again.items()} == {
        name: type(value) for name, value in changes.items()
    }


def test_every_field_of_the_state_has_a_way_into_a_document() -> None:
    assert tuple(documents._CHANGES) == STATE_FIELDS


@given(st.none() | st.builds(Author))
def test_an_author_comes_back_the_same(author: Author | None) -> None:
    assert documents.to_author(stored(documents.from_author(author))) == author
