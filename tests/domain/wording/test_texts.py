"""The catalogue is complete, says the same in both languages, and promises nothing."""

import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from string import Formatter

import pytest

from app.domain.regulation.clauses import CLAUSES, FINDING_CLAUSES, NOTICE_CLAUSES, REASON_CLAUSES
from app.domain.regulation.readings import READINGS
from app.domain.vocabulary import (
    OFFICIAL_CHANNELS,
    Category,
    Clause,
    Finding,
    Impact,
    Language,
    NoticeCode,
    Outcome,
    Priority,
    ReasonCode,
    Status,
)
from app.domain.wording import customer as customer_texts
from app.domain.wording.catalogue import notice_message, reason_message
from app.domain.wording.customer import acknowledgement
from app.domain.wording.names import (
    CATEGORY_TITLES,
    CHANNEL_TITLES,
    IMPACT_TITLES,
    OUTCOME_TITLES,
    PRIORITY_TITLES,
)
from app.domain.wording.notices import NOTICE_TEXTS, SOFT_NOTICE_TEXTS
from app.domain.wording.reasons import FINDING_TEXTS, REASON_TEXTS
from app.domain.wording.text import Text

SOFT = {
    ReasonCode.DESCRIPTION_MISSING,
    ReasonCode.NOT_IN_TEXT_FORM,
    ReasonCode.OBSCENE_LANGUAGE,
    ReasonCode.HOURS_EXHAUSTED,
}

CITING = {
    f"{kind} {code.value}": text
    for kind, table in (
        ("reason", REASON_TEXTS),
        ("notice", NOTICE_TEXTS),
        ("finding", FINDING_TEXTS),
        ("soft notice", SOFT_NOTICE_TEXTS),
    )
    for code, text in table.items()
}
NAMES = {
    f"title {code}": text
    for table in (CATEGORY_TITLES, CHANNEL_TITLES, OUTCOME_TITLES, IMPACT_TITLES, PRIORITY_TITLES)
    for code, text in table.items()
}


def regulation_texts() -> Iterator[tuple[str, Text]]:
    for entry in CLAUSES:
        yield f"clause {entry.clause.value}", entry.title
        if entry.why_not is not None:
            yield f"why not {entry.clause.value}", entry.why_not
    for reading in READINGS:
        yield f"reading {reading.id} title", reading.title
        yield f"reading {reading.id}", reading.text


def customer_strings() -> Iterator[tuple[str, str]]:
    for name, value in vars(customer_texts).items():
        if isinstance(value, str) and name.isupper():
            yield name, value
    for outcome, verdict in customer_texts.VERDICTS.items():
        yield f"verdict {outcome.value}", verdict
    for status, told in customer_texts.STATUSES.items():
        yield f"status {status.value}", told


BILINGUAL = CITING | NAMES | dict(regulation_texts())
CUSTOMER = dict(customer_strings())
RUSSIAN = {name: text.ru for name, text in BILINGUAL.items()} | CUSTOMER
ENGLISH = {name: text.en for name, text in BILINGUAL.items()}

CYRILLIC = re.compile("[А-Яа-яЁё]")
DEADLINE = re.compile(
    r"""(?<!не\ )гарант | обеща(?!ние) | обязуемся | скоро | немедленно | незамедлительно
    | в\ течение | не\ позднее | в\ кратчайш | срок | сегодня | завтра | успеем | до\ конца
    | через\ \S*\ *(минут|час|д(ень|ня|ней)|недел) | \d+\ (минут|час|рабоч)
    | (?<!not\ )guarantee | promise | deadline | \bsoon\b | immediately | \btoday\b | tomorrow
    | \bwithin\b | no\ later | as\ soon\ as | at\ the\ latest | \bin\ \d | right\ away
    | \d+\ (minute|hour|day|business)""",
    re.VERBOSE | re.IGNORECASE,
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+(?=[A-ZА-ЯЁ])", text)


# --- complete -----------------------------------------------------------------------------------


def test_every_code_and_value_has_a_text() -> None:
    assert list(REASON_TEXTS) == list(ReasonCode)
    assert list(NOTICE_TEXTS) == list(NoticeCode)
    assert list(FINDING_TEXTS) == list(Finding)
    assert set(SOFT_NOTICE_TEXTS) == SOFT
    assert list(CATEGORY_TITLES) == list(Category)
    assert set(CHANNEL_TITLES) == OFFICIAL_CHANNELS
    assert list(OUTCOME_TITLES) == list(Outcome)
    assert list(IMPACT_TITLES) == list(Impact)
    assert list(PRIORITY_TITLES) == list(Priority)
    assert set(customer_texts.VERDICTS) == set(Outcome)
    assert list(customer_texts.STATUSES) == list(Status)


@pytest.mark.parametrize("name", BILINGUAL)
def test_both_languages_say_something_with_equal_placeholders(name: str) -> None:
    text = BILINGUAL[name]
    assert text.ru.strip() == text.ru != ""
    assert text.en.strip() == text.en != ""
    assert placeholders(text.ru) == placeholders(text.en)
    assert text.in_language(Language.RU) == text.ru
    assert text.in_language(Language.EN) == text.en


@pytest.mark.parametrize("name", CITING)
def test_a_decision_text_cites_its_clause_once_and_is_short(name: str) -> None:
    text = CITING[name]
    assert text.ru.count("(п. {clause})") == text.ru.count("{") == 1
    assert text.en.count("(clause {clause})") == text.en.count("{") == 1
    for wording in (text.ru, text.en):
        assert wording.endswith(".")
        assert len(sentences(wording)) <= 2
        assert len(wording) <= 250


@pytest.mark.parametrize("name", RUSSIAN)
def test_russian_texts_are_russian(name: str) -> None:
    assert all(CYRILLIC.search(sentence) for sentence in sentences(RUSSIAN[name]))


@pytest.mark.parametrize("name", ENGLISH)
def test_english_texts_are_english(name: str) -> None:
    assert not CYRILLIC.search(ENGLISH[name])


@pytest.mark.parametrize("name", [*CITING, *CUSTOMER])
def test_texts_for_chats_are_plain_text(name: str) -> None:
    assert not re.search(r"[*_`<>#\[\]]", re.sub(r"\{\w+\}", "", RUSSIAN[name]))


# --- no promise (2.3) ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*CITING, *CUSTOMER])
def test_no_text_for_a_customer_sounds_like_a_deadline(name: str) -> None:
    assert not DEADLINE.search(RUSSIAN[name])
    assert not DEADLINE.search(ENGLISH.get(name, ""))


@pytest.mark.parametrize(
    "promise",
    [
        "Гарантируем решение.",
        "Ответим в течение 4 часов.",
        "Ответим через два часа.",
        "Решим не позднее пятницы.",
        "Скоро ответим.",
        "Срок — два дня.",
        "We guarantee an answer.",
        "You will hear from us within 4 hours.",
        "We answer in 2 days.",
        "We will answer soon.",
    ],
)
def test_a_promise_would_be_noticed(promise: str) -> None:
    assert DEADLINE.search(promise)


# --- our own words ------------------------------------------------------------------------------

WINDOW = 8
WINDOWS_OF_THE_REGULATION = frozenset(
    (Path(__file__).parent / "regulation_windows.txt").read_text(encoding="ascii").split()
)
"""Hashes of every run of eight words of the regulation; the document itself is not kept here."""


def windows(text: str) -> set[str]:
    """Hash every run of eight words, letter case, punctuation and the dots of ё left out."""
    words = re.findall(r"[^\W_]+", text.lower().replace("ё", "е"))
    runs = (" ".join(words[at : at + WINDOW]) for at in range(len(words) - WINDOW + 1))
    return {sha256(run.encode()).hexdigest()[:8] for run in runs}


def test_the_windows_of_the_whole_regulation_are_here() -> None:
    assert len(WINDOWS_OF_THE_REGULATION) == 895
    headings = "Регламент Службы технической поддержки 1. Общие положения 1.1"
    assert windows(headings)
    assert windows(headings) <= WINDOWS_OF_THE_REGULATION


@pytest.mark.parametrize("name", RUSSIAN)
def test_no_text_repeats_eight_words_of_the_regulation(name: str) -> None:
    assert not windows(RUSSIAN[name]) & WINDOWS_OF_THE_REGULATION


# --- looked up ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [*ReasonCode, *Finding])
def test_a_reason_is_told_with_the_clause_that_applied(code: ReasonCode | Finding) -> None:
    clauses = FINDING_CLAUSES[code] if isinstance(code, Finding) else REASON_CLAUSES[code]
    for clause in clauses:
        assert f"(п. {clause.value})" in reason_message(code, clause, Language.RU)
        assert f"(clause {clause.value})" in reason_message(code, clause, Language.EN)


@pytest.mark.parametrize("code", [*NoticeCode, *sorted(SOFT)])
def test_a_notice_is_told_with_the_clause_that_applied(code: NoticeCode | ReasonCode) -> None:
    clauses = REASON_CLAUSES[code] if isinstance(code, ReasonCode) else NOTICE_CLAUSES[code]
    for clause in clauses:
        assert f"(п. {clause.value})" in notice_message(code, clause, Language.RU)
        assert f"(clause {clause.value})" in notice_message(code, clause, Language.EN)


@pytest.mark.parametrize("code", sorted(SOFT))
def test_a_soft_reason_says_another_thing_where_it_is_only_a_notice(code: ReasonCode) -> None:
    clause = REASON_CLAUSES[code][0]
    assert notice_message(code, clause, Language.RU) != reason_message(code, clause, Language.RU)


def test_only_a_soft_reason_can_be_told_as_a_notice() -> None:
    with pytest.raises(KeyError):
        notice_message(ReasonCode.WEB_DESIGN, Clause.C1_5, Language.RU)


# --- the automatic answer -----------------------------------------------------------------------

NUMBER = "STP-000042"
NO_TIME = notice_message(NoticeCode.NO_GUARANTEED_TIME, Clause.C2_3, Language.RU)
MORNING = "23.11.2026 в 9:00 МСК"


def answer(
    outcome: Outcome,
    reasons: tuple[str, ...] = (),
    earliest_start: str | None = None,
    resume_at: str | None = None,
    *,
    desk_open: bool = True,
) -> str:
    return acknowledgement(
        NUMBER, outcome, reasons, (NO_TIME,), earliest_start, resume_at, desk_open=desk_open
    )


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.NOT_REGISTERED])
def test_the_answer_gives_number_decision_and_notices(outcome: Outcome) -> None:
    text = answer(outcome)
    assert NUMBER in text
    assert customer_texts.VERDICTS[outcome] in text
    assert text.endswith(NO_TIME)


def test_what_is_not_registered_gets_no_number_but_the_reason() -> None:
    reason = reason_message(ReasonCode.UNOFFICIAL_CHANNEL, Clause.C4_3, Language.RU)
    text = acknowledgement("", Outcome.NOT_REGISTERED, (reason,), (), None, None, desk_open=True)
    assert "не зарегистрировано" in text
    assert text.endswith(reason)
    assert "STP" not in text


def test_every_reason_is_told_in_its_order() -> None:
    found = [ReasonCode.DESCRIPTION_MISSING, ReasonCode.HOURS_EXHAUSTED]
    reasons = tuple(reason_message(code, REASON_CLAUSES[code][0], Language.RU) for code in found)
    lines = answer(Outcome.DEFERRED, reasons).splitlines()
    assert [line for line in lines if line in reasons] == list(reasons)


def test_the_earliest_start_is_told_only_while_the_desk_is_closed_and_not_as_a_promise() -> None:
    closed = answer(Outcome.ACCEPTED, earliest_start=MORNING, desk_open=False)
    assert MORNING in closed
    assert "не обещание" in closed
    assert MORNING not in answer(Outcome.ACCEPTED, earliest_start=MORNING, desk_open=True)


def test_a_deferral_to_a_moment_names_it_once_and_not_as_a_promise() -> None:
    text = answer(Outcome.DEFERRED, earliest_start=MORNING, resume_at=MORNING, desk_open=False)
    assert text.count(MORNING) == 1
    assert f"не раньше {MORNING}" in text
    assert "не обещание" in text


def test_a_deferral_that_waits_for_the_customer_asks_for_a_reply() -> None:
    assert customer_texts.REPLY_AFTER_DEFERRAL in answer(Outcome.DEFERRED)


def test_a_refusal_says_that_a_reply_is_judged_again() -> None:
    text = answer(Outcome.DECLINED, earliest_start=MORNING, resume_at=MORNING, desk_open=False)
    assert customer_texts.REPLY_AFTER_DECLINE in text
    assert MORNING not in text


def test_paragraphs_are_parted_by_one_empty_line() -> None:
    text = answer(Outcome.ACCEPTED)
    lines = text.splitlines()
    assert lines[0]
    assert lines[-1]
    assert not any(not one and not two for one, two in pairwise(lines))


def test_the_longest_answer_fits_one_message() -> None:
    longest = sorted((reason_message(c, REASON_CLAUSES[c][0], Language.RU) for c in ReasonCode), key=len)
    notices = [notice_message(c, NOTICE_CLAUSES[c][0], Language.RU) for c in NoticeCode]
    notices += [notice_message(c, REASON_CLAUSES[c][0], Language.RU) for c in sorted(SOFT)]
    text = acknowledgement(NUMBER, Outcome.DEFERRED, longest[-5:], notices, MORNING, MORNING, desk_open=False)
    assert len(text) < 4096


# --- what is told later -------------------------------------------------------------------------


def test_a_new_decision_is_told_with_its_reasons_and_what_to_do() -> None:
    reason = reason_message(ReasonCode.DESCRIPTION_MISSING, Clause.C4_2, Language.RU)
    text = customer_texts.new_decision(NUMBER, Outcome.DEFERRED, (reason,), None, None, desk_open=True)
    assert text.splitlines() == [
        f"Обращение {NUMBER} рассмотрено заново. {customer_texts.VERDICTS[Outcome.DEFERRED]}",
        "",
        reason,
        "",
        customer_texts.REPLY_AFTER_DEFERRAL,
    ]


@pytest.mark.parametrize(
    ("by_silence", "order_not_placed", "words"),
    [
        (True, False, "новых сообщений не было"),
        (False, True, "заказ не оформлен"),
        (False, False, "закрыто."),
    ],
)
def test_a_closing_says_why_and_how_to_go_on(by_silence: bool, order_not_placed: bool, words: str) -> None:
    text = customer_texts.closing(NUMBER, by_silence=by_silence, order_not_placed=order_not_placed)
    assert text.startswith(f"Обращение {NUMBER} закрыто")
    assert words in text
    assert text.endswith(customer_texts.WRITE_ANEW)


def test_open_tickets_are_told_by_number_and_status_and_many_are_counted() -> None:
    assert customer_texts.open_tickets([]) == customer_texts.NO_OPEN_TICKETS
    few = customer_texts.open_tickets([("STP-000007", Status.IN_PROGRESS), ("STP-000009", Status.NEW)])
    assert few.splitlines()[1:] == ["Обращение STP-000007: в работе.", "Обращение STP-000009: ждёт разбора."]
    many = customer_texts.open_tickets([(NUMBER, Status.QUEUED)] * 200).splitlines()
    assert len(many) == 22
    assert many[-1] == "Показаны не все: открытых обращений всего 200."
