"""The pages as text and over ASGI, without a database: what they say, what they load, and what guards them."""

import asyncio
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from api import page_routes, pages
from api.app import create_app
from api.examples import all_examples
from api.first_park import FirstPark
from api.highlighting import marked_up
from api.identity.identification import Identification
from api.pages import ASSETS_FOLDER, Shown, editor_page, home_page, notice_of
from tests.service import EVERYTHING, PEPPER

PARK = FirstPark("UGFyazox", "demo", "示范园区", "Demo park", "CN-GD", 25, 2025, {})
ADDRESS = re.compile(r"https?://|[\"'(]//", re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
OWN_FILES = f"{CLOSED}; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'"


class Markup(HTMLParser):
    """Collects what the content security policy would forbid, what is loaded, and tags that do not match."""

    VOID = ("meta", "link", "img", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.loaded += [given[name] or "" for name in ("src", "href") if name in given and tag != "a"]
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class Browser:
    """Asks the application for pages, with no server and no database between."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._get(path))

    async def _get(self, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.get(path, headers={"accept": "text/html"})


@pytest.fixture
def no_editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A service whose editor was not built; returns the folder it would be in."""
    folder = tmp_path / "editor"
    monkeypatch.setattr(pages, "EDITOR_FOLDER", folder)
    monkeypatch.setattr(page_routes, "EDITOR_FOLDER", folder)
    return folder


@pytest.fixture
def editor(no_editor: Path) -> Path:
    """A service with an editor of three files."""
    (no_editor / "assets").mkdir(parents=True)
    (no_editor / "index.html").write_text("<!doctype html><title>editor</title>", encoding="utf-8")
    (no_editor / "assets" / "index-abc.js").write_text("export {};", encoding="utf-8")
    (no_editor / "third-party-licences.txt").write_text("MIT", encoding="utf-8")
    return no_editor


@pytest.fixture
def browser() -> Browser:
    """A client of a service whose database does not answer: the pages must come all the same."""
    shown = Identification(PEPPER.encode(), showcase_key=EVERYTHING.text)
    return Browser(create_app("postgresql://nobody@127.0.0.1:1/nothing", identification=shown))


@pytest.mark.usefixtures("no_editor")
def test_the_home_page_says_what_is_where() -> None:
    text = home_page(PARK, all_examples())
    for place in (
        "/graphql",
        "/schema.graphql",
        "/examples.json",
        "/livez",
        "/readyz",
        "parkledger --help",
        "README.md",
    ):
        assert place in text
    assert "零碳园区的碳账本" in text
    assert "The carbon ledger of a zero-carbon industrial park" in text
    assert "Open Government Licence v3.0" in text
    assert "CC BY 4.0" in text
    assert 'data-park="UGFyazox" data-first="2025-01" data-last="2025-12"' in text
    assert "示范园区" in text
    assert "Tenants: 25" in text


@pytest.mark.usefixtures("no_editor")
def test_the_home_page_loads_own_files_only_and_has_no_inline_code() -> None:
    text = home_page(PARK, all_examples(), notice_of(Shown.NO_PARK))
    found = Markup(text)
    assert found.inline == []
    assert found.open == []
    assert found.loaded == ["/assets/leaf.svg", "/assets/page.css", "/assets/page.js", "/assets/leaf.svg"]
    assert len(found.ids) == len(set(found.ids))
    assert not ADDRESS.search(text)


@pytest.mark.parametrize("name", ["page.css", "page.js"])
def test_its_files_name_no_other_host(name: str) -> None:
    assert not ADDRESS.search((ASSETS_FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.usefixtures("no_editor")
def test_every_example_stands_on_the_page_as_it_is() -> None:
    shown = [
        unescape(TAGS.sub("", code))
        for code in re.findall(r"<code>(.*?)</code>", home_page(PARK, all_examples()), re.DOTALL)
    ]
    for example in all_examples():
        assert example.operation in shown


def test_every_example_is_counted_and_led_to() -> None:
    text = home_page(PARK, all_examples())
    led = re.findall(r'<li><a href="#example-([a-z0-9-]+)"', text)
    assert led == [example.example_id for example in all_examples()]
    assert text.count(f"{len(led)} 个示例") == text.count(f"{len(led)} examples") == 2
    assert "1 examples" in home_page(PARK, all_examples()[:1])


def test_a_fresh_service_disables_what_needs_a_park() -> None:
    fresh = home_page(None, all_examples())
    assert fresh.count("hidden disabled>") == 18
    assert fresh.count('class="needs"') == 18
    with_park = replace(PARK, activity={"tenantId": "x"})
    assert home_page(with_park, all_examples()).count("hidden disabled>") == 4
    with_reporter = replace(with_park, reporter="y")
    assert home_page(with_reporter, all_examples()).count("hidden disabled>") == 1


def test_names_are_escaped() -> None:
    text = home_page(replace(PARK, name_en='<script>"a"</script>', park_id='"><b>'), all_examples())
    assert "<script>&quot;" not in text
    assert "&lt;script&gt;&quot;a&quot;&lt;/script&gt;" in text
    assert 'data-park="&quot;&gt;&lt;b&gt;"' in text


@pytest.mark.parametrize("text", ['{"a<b": "<script>&amp;", "n": -1.5}', "query Q($x: ID!) { a # <i>\n ...f }", "&<>$"])
def test_highlighting_keeps_the_text(text: str) -> None:
    assert unescape(TAGS.sub("", marked_up(text))) == text


def test_highlighting_marks_words() -> None:
    assert marked_up('query Q($x: ID!) { a(b: "<", c: 2) }') == (
        '<span class="keyword">query</span> <span class="type">Q</span>(<span class="variable">$x</span>: '
        '<span class="type">ID</span>!) { a(b: <span class="string">"&lt;"</span>, c: <span class="amount">2</span>) }'
    )


@pytest.mark.usefixtures("no_editor")
def test_without_the_editor_its_page_says_how_to_get_it_and_offers_the_examples() -> None:
    text = editor_page(PARK, all_examples())
    assert "Install Node (20.19 or a later 20, or 22.12 or newer), run <code>./start</code> again" in text
    assert "cd web &amp;&amp; npm ci &amp;&amp; npm run build" in text
    assert "请安装 Node（20.19 及更高的 20 版" in text
    assert text.count('class="example"') == 24
    assert "/graphql?example=" not in text
    assert "third-party-licences" not in text


@pytest.mark.usefixtures("editor")
def test_with_the_editor_its_page_is_the_editor_and_examples_open_in_it() -> None:
    assert editor_page(None, ()) == "<!doctype html><title>editor</title>"
    text = home_page(PARK, all_examples())
    assert 'href="/graphql?example=footprint"' in text
    assert 'href="/editor/third-party-licences.txt"' in text
    assert "npm ci" not in text


@pytest.mark.usefixtures("no_editor")
def test_the_page_comes_though_the_database_does_not_answer(browser: Browser) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "The database does not answer" in answer.text
    assert answer.headers["content-security-policy"] == OWN_FILES
    assert answer.headers["cache-control"] == "no-store"
    assert [example["id"] for example in browser.get("/examples.json").json()["examples"]] == [
        example.example_id for example in all_examples()
    ]


def test_without_a_showcase_the_page_asks_for_a_key() -> None:
    browser = Browser(create_app("postgresql://nobody@127.0.0.1:1/nothing"))
    assert "A park's data needs a key" in browser.get("/").text
    assert browser.get("/examples.json").json()["key"] == ""


@pytest.mark.usefixtures("no_editor")
def test_the_editors_address_without_the_editor(browser: Browser) -> None:
    answer = browser.get("/graphql")
    assert answer.status_code == 200
    assert "The GraphQL editor is not here yet" in answer.text
    assert answer.headers["content-security-policy"] == OWN_FILES
    assert browser.get("/editor/index.html").status_code == 404


@pytest.mark.usefixtures("editor")
def test_the_editors_files(browser: Browser) -> None:
    answer = browser.get("/graphql?example=tenants")
    assert answer.text == "<!doctype html><title>editor</title>"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"{CLOSED}; script-src 'self'; connect-src 'self'; worker-src 'self'; ")
    assert "unsafe-eval" not in policy
    script = browser.get("/editor/assets/index-abc.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-security-policy"] == policy
    assert browser.get("/editor/third-party-licences.txt").headers["cache-control"] == "no-cache"


def test_an_editor_built_while_the_service_runs_is_there_at_once(browser: Browser, no_editor: Path) -> None:
    assert "not here yet" in browser.get("/graphql").text
    no_editor.mkdir()
    (no_editor / "index.html").write_text("<!doctype html><title>now</title>", encoding="utf-8")
    assert browser.get("/graphql").text == "<!doctype html><title>now</title>"


@pytest.mark.parametrize(
    "path", ["/", "/graphql", "/examples.json", "/schema.graphql", "/livez", "/assets/page.css", "/no"]
)
def test_every_answer_is_guarded(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("page.css", "text/css"), ("page.js", "text/javascript"), ("leaf.svg", "image/svg+xml")],
)
def test_the_pages_files_are_served(browser: Browser, path: str, kind: str) -> None:
    answer = browser.get(f"/assets/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == kind
