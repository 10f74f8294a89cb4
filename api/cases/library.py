"""The service's catalogue as the runner sees it, all of it read through the public API."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Document and variables -> data: `api.client.Client.ask`."""

_FACTORS: Final = """
query Factors($filter: EmissionFactorFilter!, $after: String) {
  emissionFactors(filter: $filter, first: 500, after: $after) {
    nodes {
      factorId dataset record kinds nameEn nameZh path unit basis co2e co2Biogenic gases { gas value }
      terms { gas name value unit } gwpSet dataYear region calibre citation { publishedOn }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_TYPES: Final = """
query Types($after: String) {
  activityTypes(first: 500, after: $after) {
    nodes { code dimensions lines { code factorKind sign } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_GASES: Final = """
query Gases {
  gases { code nameEn kyotoGroup composition { gas massFraction } gwps { gwpSet value } }
  regions { code nameZh }
}
"""
_ORIGINS: Final = {"ch4fossilorigin": "CH4_FOSSIL", "ch4nonfossilbiogenic": "CH4_BIOGENIC", "ch4fossil": "CH4_FOSSIL"}


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A term of the product a factor was derived by."""

    gas: str
    name: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class KnownFactor:
    """A factor of the service. Values are kg per `unit`; `gases` are CO2e of each gas where `is_co2e_by_gas`."""

    factor_id: str
    dataset: str
    record: str
    kinds: tuple[str, ...]
    names: str
    name_zh: str
    unit: str
    co2e: Decimal | None
    biogenic: Decimal | None
    gases: Mapping[str, Decimal]
    is_co2e_by_gas: bool
    terms: tuple[KnownTerm, ...]
    gwp_set: str
    data_year: int
    region: str
    calibre: str
    published_on: str


@dataclass(frozen=True, slots=True)
class TypeLine:
    """An inventory line of an activity type: the factor kinds it takes, `{q}` for the qualifier, and its sign."""

    activity_type: str
    line: str
    kinds: tuple[str, ...]
    sign: int
    dimensions: tuple[str, ...]


@dataclass(slots=True)
class Library:
    """Factors by data set, activity types by the kinds of factor they take, gases with their GWPs, regions."""

    fetch: Callable[[str, str], Sequence[KnownFactor]]
    type_lines: Sequence[TypeLine]
    gwps: Mapping[tuple[str, str], Decimal]
    compositions: Mapping[str, Mapping[str, Decimal]]
    gas_names: Mapping[str, str]
    regions_zh: Mapping[str, str]
    _read: dict[tuple[str, str], Sequence[KnownFactor]] = field(default_factory=dict)

    def factors(self, dataset: str, record: str = "") -> Sequence[KnownFactor]:
        """Return the factors of a data set, or those of one record of it."""
        key = (dataset, record)
        if key not in self._read:
            self._read[key] = self.fetch(dataset, record)
        return self._read[key]

    def gas(self, label: str) -> str | None:
        """Return the code of a gas or blend that a case names: `HFC134a`, `CH4 (fossil origin)`, `R-410A`."""
        return self.gas_names.get(_folded(label))

    def region(self, name_zh: str) -> str | None:
        """Return the code of a Chinese region by its name: `广东`, `全国`, `南方` for the southern grid."""
        if name_zh == "全国":
            return "CN"
        return self.regions_zh.get(name_zh) or self.regions_zh.get(f"{name_zh}区域电网")

    def activity(
        self, kinds: Sequence[str], dimension: str, groups: Sequence[str], sign: int = 1
    ) -> tuple[str, str] | None:
        """Return the activity type, with its qualifier, and the line that takes a factor of one of `kinds`.

        Types whose code starts with an entry of `groups` go first, in that order; then the catalogue's order.
        """
        found = [
            (activity, line)
            for activity, line in self._taking(kinds, sign)
            if not dimension or dimension in line.dimensions
        ]
        ranked = sorted(found, key=lambda pair: _rank(pair[0], groups))
        return (ranked[0][0], ranked[0][1].line) if ranked else None

    def _taking(self, kinds: Sequence[str], sign: int) -> Iterator[tuple[str, TypeLine]]:
        for line in self.type_lines:
            for wanted in line.kinds if line.sign == sign else ():
                for kind in kinds:
                    qualifier = _qualifier(wanted, kind)
                    if qualifier is not None:
                        yield (f"{line.activity_type}/{qualifier}" if qualifier else line.activity_type), line


def library_of(ask: Ask) -> Library:
    """Read what every case needs of a service; factors are read when a case names their data set."""
    lines = [line for node in _paged(ask, _TYPES, {}, "activityTypes") for line in _type_lines(node)]
    answer = ask(_GASES, {})
    gases = answer["gases"]
    return Library(
        fetch=lambda dataset, record: _fetched(ask, dataset, record),
        type_lines=lines,
        gwps={(gas["code"], gwp["gwpSet"]): Decimal(gwp["value"]) for gas in gases for gwp in gas["gwps"]},
        compositions={
            gas["code"]: {part["gas"]: Decimal(part["massFraction"]) for part in gas["composition"]}
            for gas in gases
            if gas["composition"]
        },
        gas_names=_gas_names(gases),
        regions_zh={region["nameZh"]: region["code"] for region in answer["regions"] if region["nameZh"]},
    )


def _fetched(ask: Ask, dataset: str, record: str) -> list[KnownFactor]:
    variables = {"filter": {"dataset": dataset, "record": record}}
    return [_factor(node) for node in _paged(ask, _FACTORS, variables, "emissionFactors")]


def _paged(ask: Ask, document: str, variables: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = ask(document, {**variables, "after": after})[name]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _factor(node: dict[str, Any]) -> KnownFactor:
    return KnownFactor(
        factor_id=node["factorId"],
        dataset=node["dataset"],
        record=node["record"],
        kinds=tuple(node["kinds"]),
        names=f"{node['nameEn']} {node['nameZh']} {node['path']}",
        name_zh=node["nameZh"],
        unit=node["unit"],
        co2e=_decimal(node["co2e"]),
        biogenic=_decimal(node["co2Biogenic"]),
        gases={part["gas"]: Decimal(part["value"]) for part in node["gases"]},
        is_co2e_by_gas=node["basis"] == "CO2E_BY_GAS",
        terms=tuple(
            KnownTerm(term["gas"], term["name"], Decimal(term["value"]), term["unit"]) for term in node["terms"]
        ),
        gwp_set=node["gwpSet"] or "",
        data_year=node["dataYear"],
        region=node["region"],
        calibre=node["calibre"],
        published_on=node["citation"]["publishedOn"] or "",
    )


def _type_lines(node: dict[str, Any]) -> Iterator[TypeLine]:
    for line in node["lines"]:
        kinds = tuple(line["factorKind"].split(">"))
        yield TypeLine(node["code"], line["code"], kinds, line["sign"], tuple(node["dimensions"]))


def _gas_names(gases: list[dict[str, Any]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for gas in gases:
        printed = re.findall(r"\(([^)]+)\)", gas["nameEn"])
        for name in (*printed, re.sub(r"^(HFC|PFC|HCFC|CFC)-", "R-", gas["code"]), gas["nameEn"]):
            names.setdefault(_folded(name), gas["code"])
    names.update({_folded(gas["code"]): gas["code"] for gas in gases})
    return names | _ORIGINS


def _qualifier(wanted: str, kind: str) -> str | None:
    """Return what `{q}` stands for in a kind, empty where there is none, or None where the kind is another."""
    stem, marker, _ = wanted.partition("{q}")
    if marker and kind.startswith(stem):
        return kind.removeprefix(stem)
    return "" if kind == wanted else None


def _rank(activity: str, groups: Sequence[str]) -> int:
    return next((place for place, group in enumerate(groups) if activity.startswith(group)), len(groups))


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
