"""Rules about the customer and the channel: contract, paid support, working chat (1.1, 1.3, 4.1, 4.3)."""

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Reason
from app.domain.vocabulary import Clause, Licence, Outcome, ReasonCode


def contract_missing(case: Case) -> Reason | None:
    """Return a refusal if the customer has not accepted the offer, on which support rests (1.1)."""
    if case.entitlement.contract_accepted:
        return None
    return Reason(ReasonCode.CONTRACT_MISSING, Clause.C1_1, Outcome.DECLINED)


def paid_period_over(case: Case) -> Reason | None:
    """Return a refusal after the last paid day of a rental licence, which is inclusive (1.3, R7)."""
    if case.entitlement.licence is not Licence.RENTAL:
        return None
    paid_until = case.entitlement.paid_until
    if paid_until is not None and case.day <= paid_until:
        return None
    return Reason(ReasonCode.PAID_PERIOD_OVER, Clause.C1_3, Outcome.DECLINED)


def tariff_missing(case: Case) -> Reason | None:
    """Return a refusal of a boxed licence while no tariff of section 5 is in force (1.3)."""
    if case.entitlement.licence is not Licence.BOXED or case.tariff is not None:
        return None
    return Reason(ReasonCode.TARIFF_MISSING, Clause.C1_3, Outcome.DECLINED)


def chat_not_assigned(case: Case) -> Reason | None:
    """Return a refusal to register from an official chat that is not the customer's working chat (4.1)."""
    if not case.official or case.submission.chat_assigned:
        return None
    return Reason(ReasonCode.CHAT_NOT_ASSIGNED, Clause.C4_1, Outcome.NOT_REGISTERED)


def unofficial_channel(case: Case) -> Reason | None:
    """Return a refusal to register from a channel other than the two messengers (4.3)."""
    if case.official:
        return None
    return Reason(ReasonCode.UNOFFICIAL_CHANNEL, Clause.C4_3, Outcome.NOT_REGISTERED)
