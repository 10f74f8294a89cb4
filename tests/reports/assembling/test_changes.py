"""What changed since the superseded report: corrected activity, another GWP set, and values that are not its own."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounting.reporting.inputs import ReportInputs
from api.client import Client
from emission_factors import decimals
from emission_factors.gases import GwpSet
from reports.assembling.documents import BadReport, Edition, assemble
from reports.changes import changes_table
from reports.document import Document, ReportKind
from reports.recomputing import recompute
from tests.api.test_flows import CORRECT
from tests.managed_park import ManagedPark
from tests.reports.reported import Reader, cell, parsed, year
from tests.service import Service

KIND = ReportKind.GHG_PROTOCOL


class Restated:
    """A tenant's report of 2025, and its next edition after a correction and on another GWP set."""

    def __init__(self, park: ManagedPark, reader: Reader) -> None:
        [power] = park.book(park.power("2025-03", "100", "m1"))
        park.book(
            {
                **park.power("2025-03", "5", "m1"),
                "activityType": "refrigerant.leaked/R-410A",
                "unit": "kg",
                "externalId": "r",
            }
        )
        self.before = reader.read(KIND, park.park, year(2025), park.tenant)
        self.first = assemble(self.before, KIND, Edition())
        given = {"activityId": power, "quantity": "110", "unit": "MWh", "reason": "meter read wrongly"}
        park.client.ask(CORRECT, {"input": given})
        self.after = reader.read(KIND, park.park, year(2025), park.tenant, gwp_set=GwpSet.AR5)

    def second(self) -> Document:
        """The next edition."""
        table = changes_table(self.first, self.before, self.after)
        edition = Edition(version=2, supersedes="sha256:1", reason="meter read wrongly; AR5", changes=table)
        return assemble(self.after, KIND, edition)


@pytest.fixture(scope="module")
def restated(service: Service, reader: Reader) -> Restated:
    with Client(service.url) as client:
        return Restated(ManagedPark(client), reader)


def test_a_correction_is_activity_and_another_gwp_set_is_gwp(restated: Restated) -> None:
    found = restated.second()
    assert cell(found, "CHANGES", "LOCATION.SCOPE_2.electricity", "activity") == Decimal("4.419")
    assert cell(found, "CHANGES", "LOCATION.SCOPE_2.electricity", "gwp") == 0
    # 5 kg of R-410A: AR6 (771 + 3740) / 2, AR5 (677 + 3170) / 2
    assert cell(found, "CHANGES", "LOCATION.SCOPE_1.fugitive", "gwp") == Decimal("-1.66")
    assert recompute(parsed(found)) == ()


def test_the_parts_are_the_difference_in_every_row(restated: Restated) -> None:
    found = restated.second()
    rows = next(one for one in found.tables if one.code == "CHANGES").rows
    effects = ("activity", "factor", "gwp", "boundary", "method")
    for row in rows:
        stated = {name: cell(found, "CHANGES", row.code, name) for name in (*effects, "before", "after", "difference")}
        assert decimals.total(stated[name] for name in effects) == stated["difference"], row.code
        assert decimals.total((stated["before"], stated["difference"])) == stated["after"]
    whole = cell(found, "CHANGES", "LOCATION.TOTAL", "difference") * 1000
    assert whole == found.totals["TOTAL_LOCATION"] - restated.first.totals["TOTAL_LOCATION"] != 0


def test_nothing_changed_is_nothing(restated: Restated) -> None:
    found = changes_table(restated.first, restated.before, restated.before)
    at = [column.code for column in found.columns].index("difference")
    assert {row.cells[at] for row in found.rows} == {Decimal(0)}


def test_values_that_are_not_the_superseded_reports_are_refused(restated: Restated) -> None:
    with pytest.raises(BadReport, match=r"TOTAL_LOCATION|SCOPE_") as refused:
        changes_table(restated.first, restated.after, restated.after)
    assert refused.value.field == "supersedes"


def test_another_period_is_refused(restated: Restated) -> None:
    other: ReportInputs = replace(restated.after, first=restated.after.last)
    with pytest.raises(BadReport, match="2025-12 to 2025-12"):
        changes_table(restated.first, restated.before, other)
