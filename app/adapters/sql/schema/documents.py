"""Conversion of values to and from stored JSON documents, without loss.

A document stays readable for ever, so members are written out one by one and never derived from the
classes: renaming a field of the domain must not change what is stored.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.calendar.service_hours import ServiceHours
from app.domain.chats.inbound import InboundFile, Sender
from app.domain.language.hints import NO_HINTS, CategoryHint, TriageHints
from app.domain.language.notes import PLAIN_LANGUAGE, Note, TicketLanguage
from app.domain.language.spans import Obscenity, Span
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.decision import Decision, Notice, Reason
from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import TariffPeriod
from app.domain.tickets.message import Revision
from app.domain.tickets.ticket import Author, Development, Release, Settlement
from app.domain.vocabulary import (
    AttachmentKind,
    Category,
    Clause,
    Finding,
    Impact,
    Licence,
    NoticeCode,
    ObscenityLevel,
    ObscenityPolicy,
    Outcome,
    Priority,
    ReasonCode,
    Resolution,
    Source,
    Status,
    TariffName,
)

Document = dict[str, Any]
W = TypeVar("W", bound=StrEnum)

_NOTICE_CODES = frozenset(NoticeCode)


def from_instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def to_instant(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def from_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def to_day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def from_word(word: StrEnum | None) -> str | None:
    return None if word is None else word.value


def to_word(words: type[W], written: str | None) -> W | None:
    return None if written is None else words(written)


# Parts of a customer and of a ticket


def from_tariffs(periods: tuple[TariffPeriod, ...]) -> list[Document]:
    return [
        {
            "tariff": period.tariff.value,
            "from": period.first_day.isoformat(),
            "until": period.last_day.isoformat(),
        }
        for period in periods
    ]


def to_tariffs(written: list[Document]) -> tuple[TariffPeriod, ...]:
    return tuple(
        TariffPeriod(
            tariff=TariffName(period["tariff"]),
            first_day=date.fromisoformat(period["from"]),
            last_day=date.fromisoformat(period["until"]),
        )
        for period in written
    )


def from_hours(hours: tuple[ServiceHours, ...]) -> list[list[str]]:
    return [[part.opens.isoformat(), part.closes.isoformat()] for part in hours]


def to_hours(written: list[list[str]]) -> tuple[ServiceHours, ...]:
    return tuple(
        ServiceHours(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in written
    )


def from_author(author: Author | None) -> Document | None:
    if author is None:
        return None
    return {"name": author.name, "external_id": author.external_id}


def to_author(written: Document | None) -> Author | None:
    return None if written is None else Author(written["name"], written["external_id"])


def from_sender(sender: Sender) -> Document:
    return {"name": sender.name, "external_id": sender.external_id}


def to_sender(written: Document) -> Sender:
    return Sender(written["external_id"], written["name"])


def from_files(files: tuple[InboundFile, ...]) -> list[Document]:
    return [
        {
            "provider_id": file.provider_id,
            "unique_id": file.unique_id,
            "kind": file.kind.value,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
        }
        for file in files
    ]


def to_files(written: list[Document]) -> tuple[InboundFile, ...]:
    return tuple(
        InboundFile(
            provider_id=file["provider_id"],
            unique_id=file["unique_id"],
            kind=AttachmentKind(file["kind"]),
            name=file["name"],
            media_type=file["media_type"],
            size=file["size"],
        )
        for file in written
    )


def from_revisions(revisions: tuple[Revision, ...]) -> list[Document]:
    return [{"text": revision.text, "at": from_instant(revision.at)} for revision in revisions]


def to_revisions(written: list[Document]) -> tuple[Revision, ...]:
    return tuple(Revision(one["text"], datetime.fromisoformat(one["at"])) for one in written)


def from_development(development: Development | None) -> Document | None:
    if development is None:
        return None
    return {"reference": development.reference, "url": development.url}


def to_development(written: Document | None) -> Development | None:
    return None if written is None else Development(written["reference"], written["url"])


def from_release(release: Release | None) -> Document | None:
    if release is None:
        return None
    return {
        "version": release.version,
        "date": from_day(release.day),
        "text": release.text,
    }


def to_release(written: Document | None) -> Release | None:
    if written is None:
        return None
    return Release(written["version"], to_day(written["date"]), written["text"])


def from_settlement(settlement: Settlement | None) -> Document | None:
    if settlement is None:
        return None
    return {
        "code": settlement.code.value,
        "text": settlement.text,
        "article_id": settlement.article_id,
    }


def to_settlement(written: Document | None) -> Settlement | None:
    if written is None:
        return None
    return Settlement(Resolution(written["code"]), written["text"], written["article_id"])


# Findings and hints on the customer's language


def from_language(language: TicketLanguage) -> Document | None:
    if language == PLAIN_LANGUAGE:
        return None
    return {
        "notes": [_from_note(note) for note in language.notes],
        "rewording_asked_on": from_day(language.rewording_asked_on),
    }


def to_language(written: Document | None) -> TicketLanguage:
    if written is None:
        return PLAIN_LANGUAGE
    notes = tuple(_to_note(note) for note in written["notes"])
    return TicketLanguage(notes, to_day(written["rewording_asked_on"]))


def _from_note(note: Note) -> Document:
    span = note.span
    return {
        "message_id": note.message_id,
        "pointer": note.pointer,
        "fragment": span.fragment,
        "start": span.start,
        "end": span.end,
        # A hint at an insult has no level.
        "level": span.level.value if isinstance(span, Obscenity) else None,
    }


def _to_note(written: Document) -> Note:
    place = (written["fragment"], written["start"], written["end"])
    level = to_word(ObscenityLevel, written["level"])
    span = Span(*place) if level is None else Obscenity(*place, level)
    return Note(span, written["pointer"], written["message_id"])


def from_hints(hints: TriageHints, *, always: bool = False) -> Document | None:
    """Return the document of hints; their absence is None, unless it must be on record."""
    if hints == NO_HINTS and not always:
        return None
    return {
        "edition": hints.edition,
        "categories": [
            {"category": each.category.value, "clause": each.clause.value, "matched": list(each.matched)}
            for each in hints.categories
        ],
        "suspected_impact": from_word(hints.suspected_impact),
    }


def to_hints(written: Document | None) -> TriageHints | None:
    if written is None:
        return None
    return TriageHints(
        categories=tuple(
            CategoryHint(Category(each["category"]), Clause(each["clause"]), tuple(each["matched"]))
            for each in written["categories"]
        ),
        suspected_impact=to_word(Impact, written["suspected_impact"]),
        edition=written["edition"],
    )


# Decisions and their facts


def from_decision(decision: Decision) -> Document:
    return {
        "outcome": decision.outcome.value,
        "source": decision.source.value,
        "reasons": [_from_reason(reason) for reason in decision.reasons],
        "notices": [_from_notice(notice) for notice in decision.notices],
        "priority": from_word(decision.priority),
        "earliest_start_at": from_instant(decision.earliest_start_at),
        "resume_at": from_instant(decision.resume_at),
    }


def to_decision(written: Document) -> Decision:
    return Decision(
        outcome=Outcome(written["outcome"]),
        source=Source(written["source"]),
        reasons=tuple(_to_reason(reason) for reason in written["reasons"]),
        notices=tuple(_to_notice(notice) for notice in written["notices"]),
        priority=to_word(Priority, written["priority"]),
        earliest_start_at=to_instant(written["earliest_start_at"]),
        resume_at=to_instant(written["resume_at"]),
    )


def _from_reason(reason: Reason) -> Document:
    # A finding of an agent and a reason of the rules may have the same value, but are different.
    kind = "finding" if isinstance(reason.code, Finding) else "code"
    return {
        kind: reason.code.value,
        "clause": reason.clause.value,
        "effect": reason.effect.value,
        "resume_at": from_instant(reason.resume_at),
        "level": from_word(reason.level),
    }


def _to_reason(written: Document) -> Reason:
    finding = written.get("finding")
    return Reason(
        code=ReasonCode(written["code"]) if finding is None else Finding(finding),
        clause=Clause(written["clause"]),
        effect=Outcome(written["effect"]),
        resume_at=to_instant(written["resume_at"]),
        level=to_word(ObscenityLevel, written["level"]),
    )


def _from_notice(notice: Notice) -> Document:
    return {
        "code": notice.code.value,
        "clause": notice.clause.value,
        "level": from_word(notice.level),
    }


def _to_notice(written: Document) -> Notice:
    code = written["code"]
    return Notice(
        code=NoticeCode(code) if code in _NOTICE_CODES else ReasonCode(code),
        clause=Clause(written["clause"]),
        level=to_word(ObscenityLevel, written["level"]),
    )


def from_facts(facts: Case) -> Document:
    submission, entitlement, calendar = facts.submission, facts.entitlement, facts.calendar
    return {
        "as_of": from_instant(facts.as_of),
        "submission": {
            "channel": submission.channel,
            "chat_assigned": submission.chat_assigned,
            "category": from_word(submission.category),
            "impact": submission.impact.value,
            "has_words": submission.has_words,
            "obscene_level": from_word(submission.obscene_level),
            "attachment_kinds": [kind.value for kind in submission.attachment_kinds],
            "has_steps": submission.has_steps,
            "knowledge_base_checked": submission.knowledge_base_checked,
            "sent_to_manager": submission.sent_to_manager,
            "obscenity_policy": submission.obscenity_policy.value,
        },
        "entitlement": {
            "contract_accepted": entitlement.contract_accepted,
            "licence": entitlement.licence.value,
            "paid_until": from_day(entitlement.paid_until),
            "tariffs": from_tariffs(entitlement.tariffs),
            "exclusive_version": entitlement.exclusive_version,
            "minutes_used": entitlement.minutes_used,
        },
        "calendar": {
            "known_through": calendar.known_through.isoformat(),
            "open": calendar.open,
            "first_service_at": from_instant(calendar.first_service_at),
            "next_month_at": from_instant(calendar.next_month_at),
        },
    }


def to_facts(written: Document) -> Case:
    submission, entitlement = written["submission"], written["entitlement"]
    calendar = written["calendar"]
    return Case(
        as_of=datetime.fromisoformat(written["as_of"]),
        submission=SubmissionFacts(
            channel=submission["channel"],
            chat_assigned=submission["chat_assigned"],
            category=to_word(Category, submission["category"]),
            impact=Impact(submission["impact"]),
            has_words=submission["has_words"],
            obscene_level=to_word(ObscenityLevel, submission["obscene_level"]),
            attachment_kinds=tuple(AttachmentKind(k) for k in submission["attachment_kinds"]),
            has_steps=submission["has_steps"],
            knowledge_base_checked=submission["knowledge_base_checked"],
            sent_to_manager=submission["sent_to_manager"],
            # Decisions made before the setting of the policy existed used this one.
            obscenity_policy=ObscenityPolicy(submission.get("obscenity_policy", ObscenityPolicy.DEFERRED)),
        ),
        entitlement=Entitlement(
            contract_accepted=entitlement["contract_accepted"],
            licence=Licence(entitlement["licence"]),
            paid_until=to_day(entitlement["paid_until"]),
            tariffs=to_tariffs(entitlement["tariffs"]),
            exclusive_version=entitlement["exclusive_version"],
            minutes_used=entitlement["minutes_used"],
        ),
        calendar=CalendarFacts(
            known_through=date.fromisoformat(calendar["known_through"]),
            open=calendar["open"],
            first_service_at=to_instant(calendar["first_service_at"]),
            next_month_at=to_instant(calendar["next_month_at"]),
        ),
    )


# Changes of an event: fields of `app.domain.tickets.event.State`

_CHANGES: Mapping[str, tuple[Any, Any]] = {
    "status": (from_word, Status),
    "category": (from_word, lambda written: to_word(Category, written)),
    "impact": (from_word, Impact),
    "priority": (from_word, lambda written: to_word(Priority, written)),
    "assignee": (lambda name: name, lambda name: name),
    "resume_at": (from_instant, to_instant),
    "development": (from_development, to_development),
    "release": (from_release, to_release),
    "settlement": (from_settlement, to_settlement),
}


def from_changes(changes: Mapping[str, object]) -> Document:
    return {field: _CHANGES[field][0](value) for field, value in changes.items()}


def to_changes(written: Document) -> dict[str, object]:
    # In an order of our own, because PostgreSQL's documents have no order.
    return {field: read(written[field]) for field, (_, read) in _CHANGES.items() if field in written}
