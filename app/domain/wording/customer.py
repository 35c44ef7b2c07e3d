"""Automatic messages to a customer's chat: Russian, polite, plain text."""

from collections.abc import Mapping, Sequence

from app.domain.vocabulary import Outcome, Status

REGISTERED = "Здравствуйте! Обращение {number} зарегистрировано."
"""The beginning of a message about a registered submission."""

VERDICTS: Mapping[Outcome, str] = {
    Outcome.NOT_REGISTERED: ("Здравствуйте! К сожалению, ваше сообщение не зарегистрировано как обращение."),
    Outcome.DECLINED: "К сожалению, взять его в работу мы не можем.",
    Outcome.DEFERRED: "Его рассмотрение отложено.",
    Outcome.SEPARATE_ORDER: "Эту работу можно выполнить по отдельному заказу.",
    Outcome.ACCEPTED: "Оно принято и стоит в очереди (п. 2.1).",
}
"""The decision in plain Russian."""

REPLY_AFTER_DECLINE = "Если появились новые сведения, напишите их в этот чат: мы рассмотрим обращение заново."
REPLY_AFTER_DEFERRAL = "Ответьте в этом чате, и мы рассмотрим обращение заново."
REWORDING = (
    "Мы понимаем, что ситуация неприятная, и хотим помочь с обращением {number}. Пожалуйста, опишите его "
    "спокойно, без бранных слов (п. 4.6): тогда мы сможем им заняться, место в очереди за ним сохраняется."
)
"""A request for calm wording; it does not quote the obscene words."""
EARLIEST_START = (
    "Раньше всего мы можем приступить {earliest_start}. Это ближайшая возможность, а не обещание (п. 2.3)."
)
RESUME = "Вернуться к обращению можно не раньше {resume_at}. Это не обещание (п. 2.3)."

REDECIDED = "Обращение {number} рассмотрено заново."
"""The beginning of a message about a decision that differs from the previous one."""

CLOSED = "Обращение {number} закрыто."
CLOSED_BY_SILENCE = (
    "Обращение {number} закрыто: ответ был дан, и три рабочих дня после него новых сообщений не было."
)
ORDER_NOT_PLACED = "Обращение {number} закрыто: отдельный заказ не оформлен (п. 5.1, 5.2)."
WRITE_ANEW = "Если вопрос остался, напишите в этот чат: мы зарегистрируем новое обращение (п. 4.1)."

WELCOME = (
    "Здравствуйте! Это чат техподдержки JokerCRM. Опишите вопрос текстом (п. 4.4): что вы делали, что "
    "получилось и чего ждали (п. 4.2). Можно приложить снимки экрана и видео.\n\n"
    "/new начинает новое обращение, /status показывает открытые. Чтобы дополнить обращение, ответьте на "
    "любое его сообщение."
)
WHAT_ABOUT = "Опишите новый вопрос следующим сообщением: мы зарегистрируем его как отдельное обращение."
NO_OPEN_TICKETS = (
    "Открытых обращений в этом чате нет. Опишите вопрос, и мы зарегистрируем обращение (п. 4.1)."
)
OPEN_TICKETS = "Открытые обращения этого чата:"
OPEN_TICKET = "Обращение {number}: {status}."
MORE_TICKETS = "Показаны не все: открытых обращений всего {count}."

UNASSIGNED = (
    "Здравствуйте! Этот чат пока не подключён к техподдержке, поэтому обращения в нём не регистрируются "
    "(п. 4.1). Чтобы подключить его, попросите об этом своего менеджера JokerCRM. Ваши сообщения сохранены: "
    "мы рассмотрим их после подключения."
)
TEXT_REQUEST = (
    "Напишите, пожалуйста, то же самое текстом: голосовые и видеосообщения мы не разбираем (п. 4.4)."
)
FILE_TOO_LARGE = (
    "Файл больше {limit} МБ, и получить его мы не смогли; само сообщение сохранено. Пришлите, пожалуйста, "
    "файл поменьше или ссылку на него (п. 4.4)."
)

STATUSES: Mapping[Status, str] = {
    Status.NEW: "ждёт разбора",
    Status.QUEUED: "стоит в очереди (п. 2.1)",
    Status.IN_PROGRESS: "в работе",
    Status.WAITING_CUSTOMER: "ждёт вашего ответа",
    Status.WAITING_PARTNER: "ждёт ответа партнёра (п. 2.3)",
    Status.IN_DEVELOPMENT: "передано в разработку (п. 2.2)",
    Status.WAITING_RELEASE: "ждёт выпуска обновления (п. 2.2)",
    Status.DEFERRED: "отложено",
    Status.SEPARATE_ORDER: "ждёт отдельного заказа (п. 5.1, 5.2)",
    Status.RESOLVED: "решено",
    Status.DECLINED: "отклонено",
    Status.CLOSED: "закрыто",
}
"""The status of a ticket in plain Russian."""

MOST_TOLD_TICKETS = 20
"""Maximum number of tickets listed in one message; beyond it the message has the count."""


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

    `reasons` and `notices` are rendered Russian messages, in the order of the decision. The two times are
    rendered Moscow times, used as given. An earliest start is included only while the desk is closed, and
    neither time is phrased as a promise (2.3). `number` is not used for a submission that is not registered
    (4.3).
    """
    return _paragraphs(
        _opening(number, outcome),
        "\n".join(reasons),
        _next_step(outcome, earliest_start, resume_at, desk_open=desk_open),
        "\n".join(notices),
    )


def new_decision(
    number: str,
    outcome: Outcome,
    reasons: Sequence[str],
    earliest_start: str | None,
    resume_at: str | None,
    *,
    desk_open: bool,
) -> str:
    """Compose the message about a new, different decision on a ticket; it does not repeat the notices."""
    return _paragraphs(
        f"{REDECIDED.format(number=number)} {VERDICTS[outcome]}",
        "\n".join(reasons),
        _next_step(outcome, earliest_start, resume_at, desk_open=desk_open),
    )


def closing(number: str, *, by_silence: bool, order_not_placed: bool) -> str:
    """Compose the message about the closing of a ticket."""
    told = CLOSED_BY_SILENCE if by_silence else ORDER_NOT_PLACED if order_not_placed else CLOSED
    return f"{told.format(number=number)} {WRITE_ANEW}"


def open_tickets(tickets: Sequence[tuple[str, Status]]) -> str:
    """Compose the answer to a question about the chat's open tickets, given by number and status."""
    if not tickets:
        return NO_OPEN_TICKETS
    lines = [OPEN_TICKET.format(number=number, status=STATUSES[status]) for number, status in tickets]
    if len(lines) > MOST_TOLD_TICKETS:
        lines = [*lines[:MOST_TOLD_TICKETS], MORE_TICKETS.format(count=len(lines))]
    return "\n".join((OPEN_TICKETS, *lines))


def _paragraphs(*paragraphs: str) -> str:
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
