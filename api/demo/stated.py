"""What is stated about the park as one system: tables whose columns are the fields the API takes, or JSON of them.

A text such as `@site:boilers` stands for what only a loaded park knows: `site`, `source` and `tenant` for ids, by the
codes of the tenant that states it; `code` for the code of a tenant who is there; `day` and `month` for those of
`windows.day_of`, `year` for a year counted from the last full one. `#3` is a number.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from api.demo.parks import Park
from api.demo.registering import KnownPark
from api.demo.tables import DATA, companies, rows_of
from api.demo.windows import day_of

Input = dict[str, Any]


class Absent(Exception):
    """A statement names a tenant, site or source that this park was not made with."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A tenant that states something, and the park it knows."""

    tenant: str
    park: Park
    known: KnownPark

    def put_in(self, value: Any) -> Any:
        """Return a value with what its texts stand for put in; raises `Absent`."""
        if isinstance(value, Mapping):
            return {name: self.put_in(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.put_in(item) for item in value]
        if not isinstance(value, str) or value[:1] not in ("@", "#"):
            return value
        if value.startswith("#"):
            return int(value[1:])
        name, _, of = value[1:].partition(":")
        return _MEANINGS[name](self, of)

    def site(self, code: str) -> str:
        """Return the id of a site."""
        return _found(self.known.tenants[self.tenant].sites, code)

    def source(self, stream: str) -> str:
        """Return the id of the source of a stream."""
        number = next(one.number for one in companies() if one.code == self.tenant)
        return _found(self.known.tenants[self.tenant].sources, f"{stream}-{number:02d}")

    def of_tenant(self, code: str) -> str:
        """Return the id of a tenant."""
        if code not in self.known.tenants:
            raise Absent(code)
        return self.known.tenants[code].tenant_id

    def code(self, code: str) -> str:
        """Return the code of a tenant that is there."""
        self.of_tenant(code)
        return code

    def day(self, text: str) -> str:
        """Return a day."""
        return day_of(text, self.park.window).isoformat()

    def month(self, text: str) -> str:
        """Return a month."""
        return f"{day_of(text, self.park.window):%Y-%m}"

    def year(self, text: str) -> int:
        """Return a year."""
        return self.park.window.full_year + int(text)


_MEANINGS: Final[Mapping[str, Callable[[Speaker, str], Any]]] = {
    "site": Speaker.site,
    "source": Speaker.source,
    "tenant": Speaker.of_tenant,
    "code": Speaker.code,
    "day": Speaker.day,
    "month": Speaker.month,
    "year": Speaker.year,
}


def stated(subject: str, speaker: Speaker) -> list[Input]:
    """Return what a tenant states of a subject; what names somebody who is not in the park is left out."""
    found: list[Input] = []
    for row in _statements(subject):
        if row["tenant"] == speaker.tenant:
            try:
                found.append(speaker.put_in({name: value for name, value in row.items() if name != "tenant"}))
            except Absent:
                continue
    return found


@lru_cache(maxsize=32)
def _statements(subject: str) -> tuple[Input, ...]:
    """Return the rows of a table or a JSON file; an empty column of a table says nothing."""
    nested = DATA / f"{subject}.json"
    if nested.exists():
        return tuple(json.loads(nested.read_text(encoding="utf-8")))
    return tuple({name: text for name, text in row.items() if text} for row in rows_of(subject))


def _found(ids: Mapping[str, str], code: str) -> str:
    if code not in ids:
        raise Absent(code)
    return ids[code]
