"""Coverage of each category: a row per category, a column per edition of the product.

Clauses 1.4, 1.5, 3.1-3.4, 5.1 and 5.2. A category is refused, accepted for all, accepted on the extended
tariff alone, or a separate order on a boxed licence (a software update: of an exclusive version only).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.domain.regulation.case import Case
from app.domain.regulation.decision import Reason
from app.domain.vocabulary import Category, Clause, Licence, Outcome, ReasonCode, TariffName


@dataclass(frozen=True, slots=True)
class CategoryEffect:
    """The effect of a category in one edition; a `clause` of None means that of the tariff in force."""

    code: ReasonCode
    clause: Clause | None
    effect: Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One category's effects by edition; None means acceptance. `exclusive` is for exclusive versions."""

    rental: CategoryEffect | None = None
    service: CategoryEffect | None = None
    extended: CategoryEffect | None = None
    exclusive: CategoryEffect | None = None


def _refused(code: ReasonCode, clause: Clause) -> Row:
    entry = CategoryEffect(code, clause, Outcome.DECLINED)
    return Row(entry, entry, entry, entry)


_ORDER = CategoryEffect(ReasonCode.SEPARATE_ORDER, None, Outcome.SEPARATE_ORDER)
_EXTENDED_ONLY = CategoryEffect(ReasonCode.EXTENDED_TARIFF_ONLY, Clause.C5_2, Outcome.DECLINED)
_FOR_ALL = Row()
_FOR_EXTENDED = Row(rental=_EXTENDED_ONLY, service=_EXTENDED_ONLY)


def _ordered_when_boxed(code: ReasonCode) -> Row:
    """Return a row that 3.3 refuses on a rental and 5.1 and 5.2 make a separate order (R14, R15)."""
    return Row(CategoryEffect(code, Clause.C3_3, Outcome.DECLINED), _ORDER, _ORDER, _ORDER)


COVERAGE: Mapping[Category, Row] = MappingProxyType(
    {
        Category.CONFIGURATION_CONSULTATION: _FOR_ALL,
        Category.INTEGRATION_CONSULTATION: _FOR_ALL,
        Category.CONFIGURE_FOR_CUSTOMER: _refused(ReasonCode.CONFIGURE_FOR_CUSTOMER, Clause.C3_1),
        Category.THIRD_PARTY_SETUP: _refused(ReasonCode.THIRD_PARTY_SETUP, Clause.C3_1),
        Category.WORKSTATION_DIAGNOSTICS: _refused(ReasonCode.WORKSTATION_DIAGNOSTICS, Clause.C3_1),
        Category.OPERATION_FAILURE: _FOR_ALL,
        Category.PRODUCT_DEFECT: _FOR_ALL,
        Category.API_CONSULTATION: _FOR_ALL,
        Category.CUSTOM_DEVELOPMENT: _ordered_when_boxed(ReasonCode.CUSTOM_DEVELOPMENT),
        Category.CODE_MODIFICATION: _ordered_when_boxed(ReasonCode.CODE_MODIFICATION),
        Category.FEATURE_EXPLANATION: _FOR_ALL,
        Category.IMPROVEMENT_REQUEST: _FOR_ALL,
        Category.THIRD_PARTY_PROBLEM: _refused(ReasonCode.THIRD_PARTY_PROBLEM, Clause.C1_4),
        Category.WEB_DESIGN: _refused(ReasonCode.WEB_DESIGN, Clause.C1_5),
        Category.SOFTWARE_UPDATE: Row(exclusive=_ORDER),
        Category.DEVELOPER_CONSULTATION: _FOR_EXTENDED,
        Category.LISTINGS_OPTIMISATION: _FOR_EXTENDED,
        Category.OTHER: _FOR_ALL,
    }
)


def category_coverage(case: Case) -> Reason | None:
    """Return the effect of the category for this customer at this instant (1.4, 1.5, 3.1, 3.3, 5.1, 5.2)."""
    if case.submission.category is None:
        return None
    entry = _column(COVERAGE[case.submission.category], case)
    if entry is None:
        return None
    clause = entry.clause or (case.tariff.clause if case.tariff else None)
    if clause is None:
        # Boxed without a tariff in force: 1.3 has refused already, and a separate order is impossible.
        return None
    return Reason(entry.code, clause, entry.effect)


def _column(row: Row, case: Case) -> CategoryEffect | None:
    if case.entitlement.licence is Licence.RENTAL:
        return row.rental
    if case.tariff is None or case.tariff.name is TariffName.SERVICE:
        return row.service
    return row.exclusive if case.entitlement.exclusive_version else row.extended
