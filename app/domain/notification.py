"""What the desk says to the customer by itself: composed from a decision, in Russian."""

from datetime import datetime

from app.domain.customer_texts import acknowledgement
from app.domain.decision import Decision
from app.domain.texts import notice_message, reason_message
from app.domain.ticket import display_number
from app.domain.vocabulary import Language
from app.domain.work_calendar import MOSCOW


def acknowledge(number: int, decision: Decision, *, desk_open: bool) -> str:
    """Compose the automatic answer to a registered submission: what was decided, and by which clauses."""
    return acknowledgement(
        display_number(number),
        decision.outcome,
        [reason_message(reason.code, reason.clause, Language.RU) for reason in decision.reasons],
        [notice_message(notice.code, notice.clause, Language.RU) for notice in decision.notices],
        _moscow(decision.earliest_start_at),
        _moscow(decision.resume_at),
        desk_open=desk_open,
    )


def _moscow(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(MOSCOW):%d.%m.%Y в %H:%M} МСК"
