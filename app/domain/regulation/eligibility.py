"""Rules that ask who writes, from where, and whether support is paid for (1.1, 1.3, 4.1, 4.3)."""

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Reason
from app.domain.vocabulary import Clause, Licence, Outcome, ReasonCode


def contract_missing(case: Case) -> Reason | None:
    """1.1: support rests on the offer; without an accepted one there is none."""
    if case.entitlement.contract_accepted:
        return None
    return Reason(ReasonCode.CONTRACT_MISSING, Clause.C1_1, Outcome.DECLINED)


def paid_period_over(case: Case) -> Reason | None:
    """1.3: a rental licence has support up to its last paid day, inclusive (R7)."""
    if case.entitlement.licence is not Licence.RENTAL:
        return None
    paid_until = case.entitlement.paid_until
    if paid_until is not None and case.day <= paid_until:
        return None
    return Reason(ReasonCode.PAID_PERIOD_OVER, Clause.C1_3, Outcome.DECLINED)


def tariff_missing(case: Case) -> Reason | None:
    """1.3: a boxed licence has support while a tariff of section 5 is in force."""
    if case.entitlement.licence is not Licence.BOXED or case.tariff is not None:
        return None
    return Reason(ReasonCode.TARIFF_MISSING, Clause.C1_3, Outcome.DECLINED)


def chat_not_assigned(case: Case) -> Reason | None:
    """4.1: work is asked for in the customer's own working chat."""
    if not case.official or case.submission.chat_assigned:
        return None
    return Reason(ReasonCode.CHAT_NOT_ASSIGNED, Clause.C4_1, Outcome.NOT_REGISTERED)


def unofficial_channel(case: Case) -> Reason | None:
    """4.3: a submission from any channel but the two messengers is not registered."""
    if case.official:
        return None
    return Reason(ReasonCode.UNOFFICIAL_CHANNEL, Clause.C4_3, Outcome.NOT_REGISTERED)
