"""Messages that the service itself writes to a customer's chat: Russian, polite, plain text."""

from collections.abc import Mapping, Sequence

from app.domain.vocabulary import Outcome

REGISTERED = "Здравствуйте! Обращение {number} зарегистрировано."
"""First words about a registered submission."""

VERDICTS: Mapping[Outcome, str] = {
    Outcome.NOT_REGISTERED: ("Здравствуйте! К сожалению, ваше сообщение не зарегистрировано как обращение."),
    Outcome.DECLINED: "К сожалению, взять его в работу мы не можем.",
    Outcome.DEFERRED: "Его рассмотрение отложено.",
    Outcome.SEPARATE_ORDER: "Эту работу можно выполнить по отдельному заказу.",
    Outcome.ACCEPTED: "Оно принято и стоит в очереди (п. 2.1).",
}
"""The decision in plain words."""

REPLY_AFTER_DECLINE = "Если появились новые сведения, напишите их в этот чат: мы рассмотрим обращение заново."
REPLY_AFTER_DEFERRAL = "Ответьте в этом чате, и мы рассмотрим обращение заново."
REWORDING = (
    "Мы понимаем, что ситуация неприятная, и хотим помочь с обращением {number}. Пожалуйста, опишите его "
    "спокойно, без бранных слов (п. 4.6): тогда мы сможем им заняться, место в очереди за ним сохраняется."
)
"""Asks for a calm wording; names no word that was found."""
EARLIEST_START = (
    "Раньше всего мы можем приступить {earliest_start}. Это ближайшая возможность, а не обещание (п. 2.3)."
)
RESUME = "Вернуться к обращению можно не раньше {resume_at}. Это не обещание (п. 2.3)."


def acknowledgement(
    number: str,
    outcome: Outcome,
    reasons: Sequence[str],
    notices: Sequence[str],
    earliest_start: str | None,
    resume_at: str | None,
    *,
    desk_open: bool,
) -> str:
    """Compose the automatic answer to a submission.

    `reasons` and `notices` are rendered Russian messages, in the order of the decision. The two
    times are rendered Moscow times, used as given; an earliest start is told only while the desk
    is closed, and neither time is told as a promise (2.3). `number` is not used for a submission
    that is not registered (4.3).
    """
    paragraphs = (
        _opening(number, outcome),
        "\n".join(reasons),
        _next_step(outcome, earliest_start, resume_at, desk_open=desk_open),
        "\n".join(notices),
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _opening(number: str, outcome: Outcome) -> str:
    verdict = VERDICTS[outcome]
    if outcome is Outcome.NOT_REGISTERED:
        return verdict
    return f"{REGISTERED.format(number=number)} {verdict}"


def _next_step(
    outcome: Outcome, earliest_start: str | None, resume_at: str | None, *, desk_open: bool
) -> str:
    if outcome is Outcome.DECLINED:
        return REPLY_AFTER_DECLINE
    if resume_at is not None:
        return RESUME.format(resume_at=resume_at)
    if outcome is Outcome.DEFERRED:
        return REPLY_AFTER_DEFERRAL
    if earliest_start is not None and not desk_open:
        return EARLIEST_START.format(earliest_start=earliest_start)
    return ""
