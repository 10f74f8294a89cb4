"""The pages a browser sees, as text: what is where, the examples, and the GraphQL editor or how to get it.

What they say of the service is handed in; what a request can reach stands in `api/page_routes.py`.
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from api.examples import Example, filled
from api.first_park import FirstPark
from api.highlighting import marked_up
from emission_factors.datasets import read_datasets
from emission_factors.resources import open_data

EDITOR_FOLDER: Final = Path(__file__).parent / "static" / "editor"
"""Where the editor's files are after they were built; missing where Node was."""

ASSETS_FOLDER: Final = Path(__file__).parent / "assets"
"""Style sheet, script and icon of the pages."""

_TEMPLATES: Final = Path(__file__).parent / "templates"


def has_editor() -> bool:
    """Return whether the editor was built here. Asked at each request: it may be built while the service runs."""
    return (EDITOR_FOLDER / "index.html").is_file()


def home_page(park: FirstPark | None, examples: Sequence[Example], notice: str = "", key: str = "") -> str:
    """Return the page at `/`: what is where, the park if there is one, and the examples, filled in with its ids; `key`
    is what they are sent with.
    """
    known = park.known() if park else {}
    shown = [_example(number, filled(example, known)) for number, example in enumerate(examples, 1)]
    return _template("home").substitute(
        editor_button=_fragment("open-editor" if has_editor() else "how-to-editor"),
        notice=notice,
        key=escape(key),
        park=_park(park) if park else "",
        count=len(examples),
        index="\n".join(_entry(number, example) for number, example in enumerate(examples, 1)),
        examples="\n".join(shown),
        datasets=_datasets(),
        editor_licences=_fragment("editor-licences") if has_editor() else "",
    )


def editor_page(park: FirstPark | None, examples: Sequence[Example], notice: str = "", key: str = "") -> str:
    """Return the editor, or where it was not built the page with the examples that says how to get it."""
    if has_editor():
        return (EDITOR_FOLDER / "index.html").read_text(encoding="utf-8")
    return home_page(park, examples, _fragment("get-editor") + notice, key)


class Shown(StrEnum):
    """What a page can show of the data; the value is the fragment that says so."""

    PARK = ""
    """A park."""
    NO_PARK = "no-park"
    """There is none."""
    NO_ANSWER = "no-answer"
    """The database does not answer."""
    NEEDS_KEY = "needs-key"
    """It is for callers with a key."""


def notice_of(shown: Shown) -> str:
    """Return what the reader should be told about the data."""
    return _fragment(shown) if shown else ""


def _park(park: FirstPark) -> str:
    return _template("park").substitute(
        id=escape(park.park_id),
        name_zh=escape(park.name_zh),
        name_en=escape(park.name_en),
        region=escape(park.region),
        tenants=park.tenant_count,
        year=park.year,
    )


def _entry(number: int, example: Example) -> str:
    """Return the line that leads to an example."""
    return _template("index-entry").substitute(
        id=escape(example.example_id),
        ordinal=_ordinal(number),
        title_zh=escape(example.title_zh),
        title_en=escape(example.title_en),
    )


def _ordinal(number: int) -> str:
    return f"{number:02}"


def _example(number: int, example: Example) -> str:
    name = escape(example.example_id)
    variables = json.dumps(example.variables, ensure_ascii=False, indent=2) if example.variables else ""
    return _template("example").substitute(
        id=name,
        ordinal=_ordinal(number),
        title_zh=escape(example.title_zh),
        title_en=escape(example.title_en),
        text_zh=escape(example.text_zh),
        text_en=escape(example.text_en),
        operation=marked_up(example.operation),
        variables=_template("variables").substitute(text=marked_up(variables)) if variables else "",
        needs="" if example.is_ready else _fragment("needs-park"),
        disabled="" if example.is_ready else " disabled",
        open=_template("open-example").substitute(id=name) if has_editor() else "",
    )


@lru_cache(maxsize=1)
def _datasets() -> str:
    """Return table rows that name every shipped data set with its publisher and licence."""
    with open_data("datasets.csv") as lines:
        found = read_datasets(lines).values()
    rows = ((item.publisher, f"{item.title}, {item.edition}", item.licence) for item in found)
    return "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)


def _fragment(name: str) -> str:
    """Return a part of a page that takes nothing."""
    return _template(name).substitute()


@lru_cache
def _template(name: str) -> Template:
    return Template((_TEMPLATES / f"{name}.html").read_text(encoding="utf-8").rstrip("\n"))
