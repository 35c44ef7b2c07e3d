"""The effect of each category in each edition of the product: the table, written by hand."""

import pytest

from app.domain.regulation.entitlement import Entitlement
from app.domain.vocabulary import Category, Outcome, Priority
from tests.domain.cases import (
    BOXED_EXTENDED,
    BOXED_EXTENDED_EXCLUSIVE,
    BOXED_SERVICE,
    BOXED_SERVICE_EXCLUSIVE,
    BOXED_WITHOUT_TARIFF,
    RENTAL,
    decided,
    notices,
    reasons,
)

EDITIONS: dict[str, Entitlement] = {
    "rental": RENTAL,
    "service": BOXED_SERVICE,
    "extended": BOXED_EXTENDED,
    "extended exclusive": BOXED_EXTENDED_EXCLUSIVE,
    "service exclusive": BOXED_SERVICE_EXCLUSIVE,
    "no tariff": BOXED_WITHOUT_TARIFF,
}

# The outcome by category; columns as the editions above, but for the last: without a tariff all is declined.
OUTCOMES = """
configuration_consultation  accepted accepted       accepted       accepted       accepted
integration_consultation    accepted accepted       accepted       accepted       accepted
configure_for_customer      declined declined       declined       declined       declined
third_party_setup           declined declined       declined       declined       declined
workstation_diagnostics     declined declined       declined       declined       declined
operation_failure           accepted accepted       accepted       accepted       accepted
product_defect              accepted accepted       accepted       accepted       accepted
api_consultation            accepted accepted       accepted       accepted       accepted
custom_development          declined separate_order separate_order separate_order separate_order
code_modification           declined separate_order separate_order separate_order separate_order
feature_explanation         accepted accepted       accepted       accepted       accepted
improvement_request         accepted accepted       accepted       accepted       accepted
third_party_problem         declined declined       declined       declined       declined
web_design                  declined declined       declined       declined       declined
software_update             accepted accepted       accepted       separate_order accepted
developer_consultation      declined declined       accepted       accepted       declined
listings_optimisation       declined declined       accepted       accepted       declined
other                       accepted accepted       accepted       accepted       accepted
"""

REASONS = {
    ("configure_for_customer", "declined"): "3.1 configure_for_customer",
    ("third_party_setup", "declined"): "3.1 third_party_setup",
    ("workstation_diagnostics", "declined"): "3.1 workstation_diagnostics",
    ("custom_development", "declined"): "3.3 custom_development",
    ("code_modification", "declined"): "3.3 code_modification",
    ("third_party_problem", "declined"): "1.4 third_party_problem",
    ("web_design", "declined"): "1.5 web_design",
    ("developer_consultation", "declined"): "5.2 extended_tariff_only",
    ("listings_optimisation", "declined"): "5.2 extended_tariff_only",
}
ORDERED_UNDER = {"service": "5.1", "service exclusive": "5.1", "extended": "5.2", "extended exclusive": "5.2"}

PRIORITIES = {
    "rental": Priority.NORMAL,
    "service": Priority.NORMAL,
    "extended": Priority.HIGH,
    "extended exclusive": Priority.HIGH,
    "service exclusive": Priority.NORMAL,
}

# Without a tariff in force: 1.3 in front, then what a boxed licence is refused anyway.
WITHOUT_TARIFF = {
    "configure_for_customer": ["1.3 tariff_missing declined", "3.1 configure_for_customer declined"],
    "third_party_setup": ["1.3 tariff_missing declined", "3.1 third_party_setup declined"],
    "workstation_diagnostics": ["1.3 tariff_missing declined", "3.1 workstation_diagnostics declined"],
    "third_party_problem": ["1.3 tariff_missing declined", "1.4 third_party_problem declined"],
    "web_design": ["1.3 tariff_missing declined", "1.5 web_design declined"],
    "developer_consultation": ["1.3 tariff_missing declined", "5.2 extended_tariff_only declined"],
    "listings_optimisation": ["1.3 tariff_missing declined", "5.2 extended_tariff_only declined"],
}


def rows() -> list[tuple[str, str, str]]:
    lines = [line.split() for line in OUTCOMES.split("\n") if line]
    columns = [edition for edition in EDITIONS if edition != "no tariff"]
    return [
        (category, edition, outcome)
        for category, *outcomes in lines
        for edition, outcome in zip(columns, outcomes, strict=True)
    ]


def test_the_table_has_every_category_once() -> None:
    assert [line.split()[0] for line in OUTCOMES.split("\n") if line] == [str(c) for c in Category]


@pytest.mark.parametrize(("category", "edition", "outcome"), rows())
def test_a_category_comes_to_what_the_table_says(category: str, edition: str, outcome: str) -> None:
    decision = decided(EDITIONS[edition], category=Category(category))
    assert decision.outcome == outcome
    if outcome == "accepted":
        assert reasons(decision) == []
    elif outcome == "separate_order":
        assert reasons(decision) == [f"{ORDERED_UNDER[edition]} separate_order separate_order"]
    else:
        assert reasons(decision) == [f"{REASONS[category, outcome]} declined"]
    assert decision.priority is (None if outcome == "declined" else PRIORITIES[edition])


@pytest.mark.parametrize("category", list(Category))
def test_without_a_tariff_in_force_a_boxed_licence_is_declined_and_nothing_can_be_ordered(
    category: Category,
) -> None:
    decision = decided(BOXED_WITHOUT_TARIFF, category=category)
    assert decision.outcome is Outcome.DECLINED
    assert reasons(decision) == WITHOUT_TARIFF.get(category, ["1.3 tariff_missing declined"])
    assert decision.priority is None


@pytest.mark.parametrize("edition", EDITIONS)
def test_without_a_category_only_the_other_rules_speak(edition: str) -> None:
    decision = decided(EDITIONS[edition], category=None)
    expected = ["1.3 tariff_missing declined"] if edition == "no tariff" else []
    assert reasons(decision) == expected


@pytest.mark.parametrize(
    ("edition", "told"),
    [
        ("service", False),
        ("service exclusive", False),
        ("extended", True),
        ("extended exclusive", True),
    ],
)
def test_development_to_order_has_priority_on_the_extended_tariff(edition: str, told: bool) -> None:
    decision = decided(EDITIONS[edition], category=Category.CUSTOM_DEVELOPMENT)
    assert ("5.2 priority_development" in notices(decision)) is told


def test_a_change_of_module_code_has_no_such_priority() -> None:
    decision = decided(BOXED_EXTENDED, category=Category.CODE_MODIFICATION)
    assert notices(decision) == ["2.3 no_guaranteed_time"]
