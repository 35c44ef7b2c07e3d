"""What the desk says in a chat beside its decisions: Russian, polite, plain text; our wording."""

from collections.abc import Mapping, Sequence

from app.domain.vocabulary import Status

UNASSIGNED = (
    "Здравствуйте! Этот чат пока не подключён к технической поддержке JokerCRM. Обращения принимаются в "
    "рабочем чате клиента (п. 4.1). Чтобы подключить чат, обратитесь к вашему менеджеру. Сообщения "
    "сохранены: мы рассмотрим их, когда чат будет подключён."
)
"""To a chat that is nobody's working chat; of the regulation only 4.1 is told."""

TEXT_REQUEST = (
    "Поддержка ведётся в текстовом виде (п. 4.4). Пожалуйста, напишите текстом то, что вы сказали в "
    "голосовом сообщении: так мы сможем помочь."
)
"""To words that came as speech on a ticket that is already being worked on."""

WELCOME = (
    "Здравствуйте! Это чат технической поддержки JokerCRM. Опишите вопрос или проблему и, если можно, шаги, "
    "которые к ней приводят (п. 4.2); можно приложить скриншоты и видео. /new — новое обращение, /status — "
    "ваши открытые обращения."
)

WHAT_ABOUT = "Опишите новый вопрос следующим сообщением: мы зарегистрируем его как отдельное обращение."

NO_OPEN_TICKETS = "В этом чате нет открытых обращений. Чтобы подать новое, просто напишите сюда."
OPEN_TICKETS = "Открытые обращения этого чата:"

STATUSES: Mapping[Status, str] = {
    Status.NEW: "принято, ждёт разбора",
    Status.QUEUED: "в очереди",
    Status.IN_PROGRESS: "в работе",
    Status.WAITING_CUSTOMER: "ждёт вашего ответа",
    Status.WAITING_PARTNER: "ждёт ответа партнёра",
    Status.IN_DEVELOPMENT: "в отделе разработки (п. 2.2)",
    Status.WAITING_RELEASE: "ждёт выпуска обновления (п. 2.2)",
    Status.DEFERRED: "отложено",
    Status.SEPARATE_ORDER: "отдельный заказ",
    Status.RESOLVED: "решено",
    Status.DECLINED: "отклонено",
    Status.CLOSED: "закрыто",
}


def open_tickets(tickets: Sequence[tuple[str, Status]]) -> str:
    """Tell how the tickets of a chat stand, given by number and status."""
    if not tickets:
        return NO_OPEN_TICKETS
    lines = [f"{number} — {STATUSES[status]}" for number, status in tickets]
    return "\n".join((OPEN_TICKETS, *lines))
