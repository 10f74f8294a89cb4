"""The worked park of a CHP plant, sun, grid and two tenants, as each report tells it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.reporting.inputs import ReportInputs
from api.client import Client
from reports.assembling.documents import BadReport, Edition, assemble, cadence_of
from reports.concepts import parse_concept
from reports.document import Cadence, Document, ReportKind, RowRole
from reports.recomputing import NotADocument, recompute
from tests.reports.reported import Reader, assembled, cell, parsed, shown, table, year
from tests.service import Service
from tests.worked_park import WorkedPark, worked

PARK = [f"park {kind}" for kind in ReportKind if kind is not ReportKind.ENTERPRISE]
B = [f"b {kind}" for kind in ReportKind if kind is not ReportKind.PARK]


class Reports:
    """The park's reports and tenant B's, all as known at one instant; each is read when it is first asked for."""

    def __init__(self, park: WorkedPark, reader: Reader) -> None:
        self.park = park
        self._reader = reader
        self._known_at = reader.told()
        self._inputs: dict[str, ReportInputs] = {}
        self._documents: dict[str, Document] = {}

    def inputs(self, name: str) -> ReportInputs:
        if name not in self._inputs:
            whose, kind = name.split(" ")
            tenant = self.park.b if whose == "b" else ""
            self._inputs[name] = self._reader.read(
                ReportKind(kind), self.park.park, year(2024), tenant, known_at=self._known_at
            )
        return self._inputs[name]

    def __getitem__(self, name: str) -> Document:
        if name not in self._documents:
            self._documents[name] = assembled(self.inputs(name), ReportKind(name.split(" ")[1]))
        return self._documents[name]


@pytest.fixture(scope="module")
def reports(service: Service, reader: Reader) -> Iterator[Reports]:
    with Client(service.url) as client:
        yield Reports(worked(client), reader)


def test_the_park_is_counted_once(reports: Reports) -> None:
    found = reports["park GHG_PROTOCOL"]
    rows = ("REPORTED", "INTERNAL", "RESOLD_IMPORT", "BY_ELIMINATION", "BY_IMPORTS")
    assert [shown(cell(found, "CONSOLIDATION", row, "location")) for row in rows] == [
        "18864.284",
        "9040.728",
        "1878.075",
        "11701.631",
        "11701.631",
    ]
    assert cell(found, "CONSOLIDATION", "DIFFERENCE", "location") == 0
    naive = found.totals["SCOPE_1"] + found.totals["SCOPE_2_LOCATION"]
    assert shown(naive / 1000) == "18864.284"
    assert [shown(cell(found, "TENANTS", code, "scope_1")) for code in ("t1", "a", "b", "TOTAL")] == [
        "7224.531",
        "0.000",
        "500.000",
        "7724.531",
    ]


def test_the_park_by_notice_910(reports: Reports) -> None:
    found = reports["park PARK"]
    # 60 t of the works' gas are posted as CO2 here; the worked case leaves them out as methane
    assert shown(cell(found, "P9", "E_PARK", "co2") - 60, 1) == "15157.0"
    assert cell(found, "P9", "E_EL", "co2") == cell(found, "P5", "TOTAL", "co2") == 9000 * 832.5 / 1000
    assert cell(found, "P9", "E_PARK", "ten_thousand") * 10000 == cell(found, "P9", "E_PARK", "co2")
    missing = cell(found, "P10", "CARBON_PER_ENERGY", "status"), cell(found, "P10", "CARBON_PER_ENERGY", "value")
    assert missing == ("INCOMPLETE", None)
    assert cell(found, "P9.ENERGY", "PERIOD", "intensity") is None


def test_the_enterprise_states_both_totals(reports: Reports) -> None:
    found = reports["b ENTERPRISE"]
    # 500 t of CO2 escape; 11,000 MWh at the national average of 0.5306 and 20,000 GJ at 0.11 are bought
    assert [shown(cell(found, "B.1", row, "co2e"), 4) for row in ("FUGITIVE", "ES", "POWER_IN", "HEAT_IN", "ET")] == [
        "500.0000",
        "500.0000",
        "5836.6000",
        shown(cell(found, "B.9", "TOTAL", "co2e"), 4),
        shown(found.totals["TOTAL_LOCATION"] / 1000, 4),
    ]
    assert cell(found, "B.1", "FUEL", "co2e") is None
    assert cell(found, "B.1", "FUEL", "lines") == 0
    assert table(found, "B.2").rows == ()
    assert table(found, "B.2").note is not None


def test_the_two_standards_agree_on_direct_emissions(reports: Reports) -> None:
    iso, protocol = reports["b ISO_14064"], reports["b GHG_PROTOCOL"]
    assert cell(iso, "CATEGORIES", "1", "co2e") == cell(protocol, "SCOPES", "SCOPE_1", "co2e") == 500
    assert cell(iso, "CATEGORIES", "TOTAL", "co2e") == cell(protocol, "SCOPES", "TOTAL_LOCATION", "co2e")
    market = cell(protocol, "SCOPES", "SCOPE_2_MARKET", "co2e")
    assert cell(iso, "CATEGORIES", "2.MARKET", "co2e") == market != cell(protocol, "SCOPES", "SCOPE_2_LOCATION", "co2e")


def test_the_energy_mix_counts_energy_once(reports: Reports) -> None:
    found = reports["park ESRS_E1"]
    # 129,000 GJ of gas, 9,000 MWh of grid power and 3,000 MWh of the sun
    assert [
        shown(cell(found, "E1-5", row, "energy")) for row in ("GAS", "BOUGHT_FOSSIL", "SELF_GENERATED", "TOTAL")
    ] == [
        "35833.333",
        "9000.000",
        "3000.000",
        "47833.333",
    ]
    assert cell(found, "E1-6.DATAPOINTS", "NET_REVENUE", "money") is None


@pytest.mark.parametrize("name", [*PARK, *B])
def test_every_number_follows_from_the_lines(reports: Reports, name: str) -> None:
    document = reports[name]
    assert recompute(parsed(document)) == ()
    assert document.lines
    sums = [row for one in document.tables for row in one.rows if row.sums or row.adds]
    assert len(sums) > 10


@pytest.mark.parametrize("name", [*PARK, *B])
def test_rows_have_names_in_both_languages_and_known_concepts(reports: Reports, name: str) -> None:
    document = reports[name]
    assert len({one.code for one in document.tables}) == len(document.tables)
    for one in document.tables:
        assert one.title.en
        assert one.title.zh
        for row in one.rows:
            assert row.heading.en, (one.code, row.code)
            assert row.heading.zh, (one.code, row.code)
            assert len(row.cells) == len(one.columns)
            for column, spelled in (row.concepts or {}).items():
                parse_concept(spelled)
                assert column in {found.code for found in one.columns}


def test_a_concept_has_one_value_in_a_document(reports: Reports) -> None:
    for name in (*PARK, *B):
        found: dict[str, set[Any]] = {}
        for one in reports[name].tables:
            for row in one.rows:
                for column, spelled in (row.concepts or {}).items():
                    found.setdefault(spelled, set()).add(cell(reports[name], one.code, row.code, column))
            assert {one: values for one, values in found.items() if len(values) != 1 or None in values} == {}, name


@pytest.mark.parametrize("name", ["park GHG_PROTOCOL", "park PARK"])
def test_read_again_as_known_then_it_is_the_same(reports: Reports, reader: Reader, name: str) -> None:
    first, kind = reports.inputs(name), ReportKind(name.split(" ")[1])
    reports.park.book(reports.park.b, "m1", "stationary.diesel", "1000", "L", f"later {kind}")
    again = reader.read(kind, reports.park.park, year(2024), known_at=first.basis.known_at)
    assert json.dumps(parsed(assembled(again, kind))) == json.dumps(parsed(reports[name]))
    now = assembled(reader.read(kind, reports.park.park, year(2024)), kind)
    assert now.totals["SCOPE_1"] > reports[name].totals["SCOPE_1"]


def _tampered(document: Any, at: int, digit: str) -> tuple[Any, str]:
    """Return a document in which one number that is added up is another, and where it stands."""
    lines = [("line", line, name) for line in document["lines"] for name in ("quantity", "co2e", "co2ePerUnit")]
    totals = [("totals", document["totals"], name) for name in document["totals"]]
    cells = [
        (f"table {one['code']}", row["cells"], column)
        for one in document["tables"]
        for row in one["rows"]
        for column, found in enumerate(one["columns"])
        if found["code"] in (row["sums"] or {})
    ]
    where, holder, key = [*lines, *totals, *cells][at % (len(lines) + len(totals) + len(cells))]
    holder[key] = f"{holder[key]}{digit}" if "." in holder[key] else f"{holder[key]}.{digit}"
    return document, where


@given(st.integers(min_value=0, max_value=10_000), st.sampled_from("123456789"))
def test_any_other_number_is_found(reports: Reports, at: int, digit: str) -> None:
    document = parsed(reports["b GHG_PROTOCOL"])
    # a quantity or factor of nothing may be any: the product stays nothing
    tampered, where = _tampered(document, at, digit)
    found = recompute(tampered)
    still = where == "line" and all(line["co2e"] == "0" for line in document["lines"] if not _is_product(line))
    assert found or still
    assert still or any(one.where.startswith(where) for one in found)


def _is_product(line: Any) -> bool:
    return float(line["quantity"]) != 0 and float(line["co2ePerUnit"]) != 0


def test_what_is_no_document_is_refused(reports: Reports) -> None:
    with pytest.raises(NotADocument, match="lines"):
        recompute({"totals": {}})
    document = parsed(reports["b ENTERPRISE"])
    document["lines"][0]["co2e"] = 1.5
    with pytest.raises(NotADocument, match=r"1\.5"):
        recompute(document)


def test_a_row_that_adds_itself_follows_from_nothing(reports: Reports) -> None:
    document = parsed(reports["b ENTERPRISE"])
    table = next(one for one in document["tables"] if any(row["adds"] for row in one["rows"]))
    row = next(row for row in table["rows"] if row["adds"])
    part = next(one for one in table["rows"] if one["code"] in row["adds"])
    for adds in ({row["code"]: 1}, {part["code"]: 1}):
        row["adds"], part["adds"] = adds, {row["code"]: 1}
        found = [one.message for one in recompute(document) if one.where.endswith(f"row {row['code']}")]
        assert found == ["it adds itself, so that any number would follow"]


def test_numbers_that_are_too_long_to_compute_with_are_refused(reports: Reports) -> None:
    document = parsed(reports["b ENTERPRISE"])
    document["lines"][0] |= {"quantity": "9" * 999, "co2ePerUnit": "9" * 999}
    with pytest.raises(NotADocument, match="more digits than the 1000"):
        recompute(document)


def test_a_row_without_a_figure_is_in_no_sum(reports: Reports) -> None:
    document = parsed(reports["b ENTERPRISE"])
    summary = next(one for one in document["tables"] if one["code"] == "B.1")
    fugitive = next(row for row in summary["rows"] if row["code"] == "FUGITIVE")
    fugitive["cells"][0] = None
    fugitive["sums"] = None
    assert [one.message for one in recompute(document)] == ["co2e is 500, and one of the rows it adds states none"]


@pytest.mark.parametrize(
    ("first", "last", "cadence"),
    [
        (date(2025, 3, 1), date(2025, 3, 1), Cadence.MONTH),
        (date(2025, 4, 1), date(2025, 6, 1), Cadence.QUARTER),
        (date(2025, 1, 1), date(2025, 12, 1), Cadence.YEAR),
    ],
)
def test_periods_are_of_the_calendar(first: date, last: date, cadence: Cadence) -> None:
    assert cadence_of(first, last) is cadence


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2025, 2, 1), date(2025, 4, 1)), (date(2025, 1, 1), date(2025, 2, 1)), (date(2025, 1, 2), date(2025, 1, 2))],
)
def test_other_periods_are_refused(first: date, last: date) -> None:
    with pytest.raises(BadReport, match="accepted is a calendar month"):
        cadence_of(first, last)


def test_a_report_is_of_its_subject_and_regime(reports: Reports) -> None:
    inputs = reports.inputs("b GHG_PROTOCOL")
    with pytest.raises(BadReport, match="not made under GHG_PROTOCOL; accepted is GBT_32150_2025"):
        assemble(inputs, ReportKind.ENTERPRISE, Edition())
    with pytest.raises(BadReport, match="is of a PARK; b is a TENANT"):
        assemble(_under(inputs, reports), ReportKind.PARK, Edition())


def _under(inputs: ReportInputs, reports: Reports) -> ReportInputs:
    return replace(inputs, basis=reports.inputs("park PARK").basis)


def test_an_edition_that_supersedes_says_why(reports: Reports) -> None:
    inputs = reports.inputs("b GHG_PROTOCOL")
    with pytest.raises(BadReport, match="says why"):
        assemble(inputs, ReportKind.GHG_PROTOCOL, Edition(version=2, supersedes="sha256:1"))
    with pytest.raises(BadReport, match="only the first has none"):
        assemble(inputs, ReportKind.GHG_PROTOCOL, Edition(version=2))
    unpinned = replace(inputs, basis=replace(inputs.basis, known_at=None, told_at=None))
    with pytest.raises(BadReport, match="no instant pins"):
        assemble(unpinned, ReportKind.GHG_PROTOCOL, Edition())


def test_memo_rows_are_in_no_total(reports: Reports) -> None:
    for name in (*PARK, *B):
        for one in reports[name].tables:
            memo = {row.code for row in one.rows if row.role is RowRole.MEMO}
            assert all(memo.isdisjoint(row.adds or ()) for row in one.rows), (name, one.code)
