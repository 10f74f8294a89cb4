"""The pages in a real browser: quiet console, nothing from elsewhere, every example runs, the editor works.

Runs where PARKLEDGER_BROWSER=1 is set; needs Playwright and Debian's chromium (or PARKLEDGER_CHROMIUM, its path).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from api.pages import has_editor
from tests.service import Service

if os.environ.get("PARKLEDGER_BROWSER") != "1":
    pytest.skip("set PARKLEDGER_BROWSER=1 to run the browser tests", allow_module_level=True)
playwright = pytest.importorskip("playwright.sync_api")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NARROW = {"width": 640, "height": 900}
"""A window of 1280 pixels at 200 % zoom."""


@dataclass(slots=True)
class Seen:
    """What a page did that it should not."""

    address: str
    console: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("response", lambda response: self._response(response.status, response.url))

    def _request(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", "blob:")):
            self.strangers.append(url)

    def _response(self, status: int, url: str) -> None:
        if status >= 400:
            self.failures.append(f"{status} {url}")

    def assert_quiet(self) -> None:
        assert (self.console, self.strangers, self.failures) == ([], [], [])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser."""
    path = os.environ.get("PARKLEDGER_CHROMIUM", "/usr/bin/chromium")
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page of a browser without history."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_the_home_page_shows_the_park_and_every_example_runs(page: Any, stocked_service: Service) -> None:
    seen = Seen(stocked_service.url)
    seen.watch(page)
    page.goto(f"{stocked_service.url}/")
    page.locator("[data-figure=scope2Location] dd .bar").wait_for()
    assert page.locator("[data-figure=scope2Location] dd").inner_text().strip() == "531"
    examples = page.locator(".example")
    assert examples.count() == 24
    for index in range(16):
        example = examples.nth(index)
        example.locator(".run").click()
        example.locator(".answer[data-outcome=data], .answer[data-outcome=errors]").wait_for()
        assert example.locator(".answer").get_attribute("data-outcome") == "data", example.inner_text()
    seen.assert_quiet()


def test_a_fresh_service_offers_six_examples_to_run(page: Any, fresh_service: Service) -> None:
    seen = Seen(fresh_service.url)
    seen.watch(page)
    page.goto(f"{fresh_service.url}/")
    page.locator("#example-tenants .run").wait_for()
    assert page.locator(".run:enabled").count() == 6
    seen.assert_quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_at_twice_the_size_without_scrolling_sideways(
    chromium: Any, scheme: str, stocked_service: Service
) -> None:
    context = chromium.new_context(viewport=NARROW, color_scheme=scheme)
    narrow = context.new_page()
    narrow.goto(f"{stocked_service.url}/")
    assert narrow.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    background = narrow.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(246, 248, 245)", "dark": "rgb(15, 22, 19)"}[scheme]
    context.close()


def test_an_example_runs_by_keyboard(page: Any, stocked_service: Service) -> None:
    page.goto(f"{stocked_service.url}/")
    page.locator("#example-refrigerants .run").focus()
    page.keyboard.press("Enter")
    page.locator("#example-refrigerants .answer[data-outcome=data]").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('copy')") is True


@pytest.mark.skipif(not has_editor(), reason="the editor was not built here; web/ is built by npm")
def test_the_editor_loads_and_runs_an_example(page: Any, stocked_service: Service) -> None:
    seen = Seen(stocked_service.url)
    seen.watch(page)
    page.goto(f"{stocked_service.url}/graphql?example=estimate")
    page.locator(".examples button").nth(21).wait_for()
    page.locator(".graphiql-query-editor .view-line").first.wait_for()
    page.locator(".graphiql-execute-button").click()
    page.get_by_text("44.19").first.wait_for()
    seen.assert_quiet()


@pytest.mark.skipif(not has_editor(), reason="the editor was not built here; web/ is built by npm")
def test_the_editors_panel_opens_an_example_with_its_variables(page: Any, stocked_service: Service) -> None:
    seen = Seen(stocked_service.url)
    seen.watch(page)
    page.goto(f"{stocked_service.url}/graphql")
    page.locator(".graphiql-query-editor .view-line").first.wait_for()
    page.locator(".examples button").nth(3).click()
    page.locator(".graphiql-editor-tool").get_by_text("parkId").first.wait_for()
    page.locator(".graphiql-execute-button").click()
    page.get_by_text("isComplete").nth(1).wait_for()
    seen.assert_quiet()
