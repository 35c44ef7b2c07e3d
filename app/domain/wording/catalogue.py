"""The catalogue of texts for people: each is looked up by code and language, and cites a clause.

The texts are in `reasons`, `notices`, `names` and `customer`.
"""

from functools import cache

from app.domain.vocabulary import Clause, Finding, Language, NoticeCode, ReasonCode
from app.domain.wording.notices import NOTICE_TEXTS, SOFT_NOTICE_TEXTS
from app.domain.wording.reasons import FINDING_TEXTS, REASON_TEXTS
from app.domain.wording.text import Text


def reason_message(code: ReasonCode | Finding, clause: Clause, language: Language) -> str:
    """Return the cause and the customer's next step, citing the clause that applied."""
    text = FINDING_TEXTS[code] if isinstance(code, Finding) else REASON_TEXTS[code]
    return _cite(text, clause, language)


def notice_message(code: NoticeCode | ReasonCode, clause: Clause, language: Language) -> str:
    """Return a notice, citing the clause that applied.

    A `ReasonCode` must be a soft one, a key of `SOFT_NOTICE_TEXTS`; any other raises `KeyError`.
    """
    text = SOFT_NOTICE_TEXTS[code] if isinstance(code, ReasonCode) else NOTICE_TEXTS[code]
    return _cite(text, clause, language)


@cache
def _cite(text: Text, clause: Clause, language: Language) -> str:
    return text.in_language(language).format(clause=clause.value)
