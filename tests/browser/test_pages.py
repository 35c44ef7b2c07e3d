"""The pages as a browser shows them: whole, by themselves, and good for trying the API out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.api.http.problems import PROBLEM_TYPES
from app.api.openapi.pages import MEDIA_TYPES
from demo.process import ServiceProcess
from tests.browser.chromium import Chromium

pytestmark = pytest.mark.browser

DESKTOP, PHONE = (1280, 900), (390, 844)
SCREENS = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(scope="module")
def operations(service: ServiceProcess) -> dict[str, str]:
    """Tag by id of every operation of the document."""
    document: dict[str, Any] = httpx.get(f"{service.url}/openapi.json", trust_env=False).json()
    return {
        operation["operationId"]: operation["tags"][0]
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method in METHODS
    }


@pytest.fixture(scope="module")
def strangers(service: ServiceProcess) -> set[str]:
    """Every host that the scripts of the pages or the document name: they could ask no other."""
    named = ("openapi.json", *(f"docs/assets/{name}" for name in MEDIA_TYPES))
    texts = [httpx.get(f"{service.url}/{name}", trust_env=False).content for name in named]
    return {host.decode() for text in texts for host in re.findall(rb"https?://([a-z0-9.-]+)", text)}


@pytest.fixture(autouse=True)
def _nothing_leaves_and_nothing_complains(
    service: ServiceProcess, browser: Chromium, strangers: set[str]
) -> Iterator[None]:
    """Whatever a test does: only the service was asked, and the console is empty."""
    browser.elsewhere.asked.clear()
    yield
    asked = browser.requested()
    assert asked
    assert [url for url in asked if not url.startswith((f"{service.url}/", "data:", "blob:"))] == []
    # Chromium asks its makers for updates and the like, and is not let through; the pages ask nobody.
    assert strangers.isdisjoint(browser.elsewhere.asked)
    assert browser.complaints() == []


def named(page: str, screen: tuple[int, int]) -> str:
    return f"{page}-{screen[0]}.png"


def count(selector: str) -> str:
    return f"document.querySelectorAll({json.dumps(selector)}).length"


def fits(browser: Chromium, screen: tuple[int, int]) -> bool:
    """Nothing stands out on the right: nobody has to scroll sideways."""
    return bool(browser.run("document.documentElement.scrollWidth") <= screen[0])


@SCREENS
def test_swagger_shows_every_operation(
    service: ServiceProcess,
    browser: Chromium,
    operations: dict[str, str],
    screen: tuple[int, int],
    photographs: Path,
) -> None:
    browser.open(f"{service.url}/docs", *screen)
    browser.wait(f"{count('.opblock')} >= {len(operations)}")

    shown = browser.run("[...document.querySelectorAll('.opblock')].map((one) => one.id)")

    assert sorted(shown) == sorted(f"operations-{tag}-{name}" for name, tag in operations.items())
    browser.photograph(photographs / named("swagger", screen))
    assert fits(browser, screen)
    browser.click("#operations-tickets-submitTicket .opblock-summary-control")
    browser.wait(count("#operations-tickets-submitTicket .opblock-body .responses-table"))
    browser.run("document.querySelector('#operations-tickets-submitTicket').scrollIntoView()")
    browser.photograph(photographs / named("swagger-operation", screen))
    assert fits(browser, screen)


@SCREENS
def test_with_a_key_an_operation_can_be_tried_out(
    service: ServiceProcess, browser: Chromium, screen: tuple[int, int], photographs: Path
) -> None:
    browser.open(f"{service.url}/docs", *screen)
    browser.click(".auth-wrapper .authorize")
    browser.write(".modal-ux input", service.key)
    browser.photograph(photographs / named("swagger-authorize", screen))
    browser.click(".modal-ux .auth-btn-wrapper .authorize")
    browser.click(".modal-ux .btn-done")

    for operation in ("work-listQueue", "regulation-listTariffs", "decisions-previewDecision"):
        block = f"#operations-{operation}"
        browser.click(f"{block} .opblock-summary-control")
        browser.click(f"{block} .try-out__btn")
        browser.click(f"{block} .execute")
        browser.wait(count(f"{block} .live-responses-table .response-col_status"))
        found = f"document.querySelector('{block} .live-responses-table tbody .response-col_status')"
        assert browser.run(f"{found}.innerText.trim().slice(0, 3)") == "200"
        browser.run(f"document.querySelector('{block} .live-responses-table').scrollIntoView()")
        browser.photograph(photographs / named(f"swagger-{operation}", screen))
        assert fits(browser, screen)


@SCREENS
def test_redoc_shows_every_operation(
    service: ServiceProcess,
    browser: Chromium,
    operations: dict[str, str],
    screen: tuple[int, int],
    photographs: Path,
) -> None:
    browser.open(f"{service.url}/redoc", *screen)
    sections = "[id*='/operation/']"
    browser.wait(f"{count(sections)} >= {len(operations)}")

    shown = browser.run(f"""[...document.querySelectorAll("{sections}")].map((one) => one.id)""")

    assert sorted(shown) == sorted(f"tag/{tag}/operation/{name}" for name, tag in operations.items())
    browser.photograph(photographs / named("redoc", screen))
    assert fits(browser, screen)
    browser.run("document.getElementById('tag/tickets/operation/submitTicket').scrollIntoView()")
    browser.photograph(photographs / named("redoc-operation", screen))


@SCREENS
@pytest.mark.parametrize("code", ["not_registered", "too_many_failed_keys"])
def test_a_problem_has_a_page(
    service: ServiceProcess, browser: Chromium, code: str, screen: tuple[int, int], photographs: Path
) -> None:
    browser.open(f"{service.url}/problems/{code}", *screen)

    text = browser.run("document.body.innerText")

    assert code in text
    assert str(PROBLEM_TYPES[code].status) in text
    assert PROBLEM_TYPES[code].title.en in text or PROBLEM_TYPES[code].title.ru in text
    assert fits(browser, screen)
    browser.photograph(photographs / named(f"problem-{code}", screen))


@SCREENS
def test_the_index_leads_to_every_problem(
    service: ServiceProcess, browser: Chromium, screen: tuple[int, int], photographs: Path
) -> None:
    browser.open(f"{service.url}/problems", *screen)

    links = browser.run("""[...document.querySelectorAll("li a")].map((one) => one.getAttribute("href"))""")

    assert links == [f"/problems/{code}" for code in PROBLEM_TYPES]
    assert fits(browser, screen)
    browser.photograph(photographs / named("problems", screen))
