"""Loading: what is sent, that it can be repeated and broken off anywhere, and what is told when it cannot work."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from rich.progress import Progress

from api.client import ServiceError
from api.demo import operations
from api.demo.loading import Loaded, load
from api.demo.operations import change
from api.demo.parks import SMALL, generate
from api.demo.publishing import ShownReport, quarter_of
from api.demo.windows import window_before
from tests.api.demo.fake_service import FakeService, Kept
from tests.api.demo.whole_park import SEED, TODAY

PARK = generate(SEED, window_before(TODAY, SMALL.months), SMALL)
WRITES = {
    "REGISTER_PARK": 1,
    "REGISTER_TENANT": 3,
    "ADD_SITE": 15,
    "ADD_SOURCE": 120,
    "POST": 3,
    "ADD_SUPPLIER_FACTOR": 2,
    "ADOPT_BASIS": 1,
    "RECORD_INSTRUMENT": 3,
    "SPLIT_INSTRUMENT": 1,
    "CANCEL_INSTRUMENT": 2,
    "DECLARE_HOLDINGS": 1,
    "DECLARE_DENOMINATORS": 3,
    "DECLARE_SCREENINGS": 1,
    "DECLARE_UNCERTAINTIES": 3,
    "DECLARE_EXPECTATIONS": 3,
    "DECLARE_TENANCIES": 2,
    "DECLARE_METERS": 2,
    "DECLARE_PLANTS": 1,
    "DECLARE_PROSPECTS": 1,
    "DECLARE_TRANSFER_TERMS": 1,
    "DECLARE_ENERGY_STOCKS": 1,
    "DECLARE_STORAGE": 1,
    "DECLARE_TARGETS": 2,
    "DECLARE_OBLIGATIONS": 2,
    "STATE_INDICATOR_YEAR": 2,
    "CREATE_KEY": 1,
    "SUBMIT_PERIOD": 1,
    "REVIEW_PERIOD": 1,
    "CLOSE_PERIOD": 1,
    "PUBLISH_REPORT": 1,
    "CORRECT": 2,
    "VOID": 1,
}
REPEATABLE = {name for name in WRITES if name.startswith(("DECLARE_", "STATE_"))} | {"POST", "CREATE_KEY"}
"""What is sent again after an interruption, and adds nothing then."""


INSTRUMENTS = {("PV-2026", False), ("GEC-PV-2025", False), ("GEC-2025", True), ("GEC-2025-BJ", True)}


def loaded(kept: Kept, breaks_after: int | None = None, today: date = TODAY) -> Loaded:
    with Progress(disable=True) as progress:
        return load(FakeService(kept, breaks_after), SEED, today, progress, SMALL)


def writes(kept: Kept) -> Counter[str]:
    return Counter(name for name, _ in kept.changes)


def sent(kept: Kept, name: str) -> list[dict[str, Any]]:
    return [given for found, given in kept.changes if found == name]


def test_everything_is_registered_and_posted_once() -> None:
    kept = Kept()
    found = loaded(kept)
    assert writes(kept) == WRITES
    assert (found.code, found.tenant_count, found.rows_added) == ("lanting-demo", 3, 579)
    assert (found.first_month, found.last_month, found.full_year) == ("2026-05", "2026-10", 2025)
    assert len(kept.facts) == PARK.row_count


def test_rows_reach_the_service_as_they_were_generated() -> None:
    kept = Kept()
    loaded(kept)
    posted = [row for given in sent(kept, "POST") for row in given["rows"]]
    expected = [row.as_input() for tenant in PARK.tenants for row in tenant.rows]
    assert sorted(posted, key=repr) == sorted(expected, key=repr)


def test_the_park_is_registered_with_its_names_region_and_proxies() -> None:
    kept = Kept()
    loaded(kept)
    assert sent(kept, "REGISTER_PARK") == [
        {
            "code": "lanting-demo",
            "nameEn": "Lanting Bay Biomedical Park (demo)",
            "nameZh": "岚汀湾生物医药产业园（示例）",
            "region": "CN-GD",
            "timeZone": "Asia/Shanghai",
            "proxyRegions": ("GB", "US"),
        }
    ]
    assert [given["isOperator"] for given in sent(kept, "REGISTER_TENANT")] == [True, False, False]


def test_a_suppliers_figure_says_whose_it_is_and_since_when() -> None:
    kept = Kept()
    loaded(kept)
    waste = next(given for given in sent(kept, "ADD_SUPPLIER_FACTOR"))
    term = waste["factor"]["parts"][0]["terms"][0]
    assert (waste["supplier"], waste["unit"], waste["validFrom"]) == (
        "Lanting clinical waste centre",
        "t",
        "2026-01-01",
    )
    assert (term["value"], term["unit"]) == ("920", "kgCO2e/t")
    assert "Illustrative" in waste["factor"]["source"]


def test_plants_are_declared_by_the_ids_of_their_sites() -> None:
    kept = Kept()
    loaded(kept)
    (given,) = sent(kept, "DECLARE_PLANTS")
    chp = next(plant for plant in given["given"] if plant["kind"] == "CHP")
    assert chp["siteId"] == f"{given['tenant']}/chp"
    assert (chp["allocation"], chp["validFrom"], "validTo" in chp) == ("EFFICIENCY", "2016-01-01", False)


def test_corrections_give_the_true_quantity_and_a_reason() -> None:
    kept = Kept()
    loaded(kept)
    assert [set(given) for given in sent(kept, "CORRECT")] == [
        {"activityId", "reason", "quantity"},
        {"activityId", "reason", "quantity", "quality"},
    ]
    assert [set(given) for given in sent(kept, "VOID")] == [{"activityId", "reason"}]


def test_one_company_closes_a_quarter_and_publishes_its_report() -> None:
    kept = Kept()
    found = loaded(kept)
    assert found.report == ShownReport("report:1", "Vaccines", "2026-07", "2026-09")
    steps = [(name, given) for name, given in kept.changes if name.endswith(("_PERIOD", "_KEY", "_REPORT"))]
    names = ["SUBMIT_PERIOD", "CREATE_KEY", "REVIEW_PERIOD", "CLOSE_PERIOD", "PUBLISH_REPORT"]
    assert [name for name, _ in steps] == names
    assert {given["first"] for _, given in steps if "first" in given} == {"2026-07"}
    assert [given["role"] for _, given in steps if "role" in given] == ["REVIEWER"]
    assert [name for name, _ in kept.changes][-1] == "CORRECT", "nothing is left out where the rest is missing"
    assert loaded(kept).report == found.report


def test_a_service_that_cannot_sign_closes_the_quarter_all_the_same() -> None:
    kept = Kept(can_sign=False)
    assert loaded(kept).report is None
    assert [*kept.periods.values()] == ["CLOSED"]
    assert sum(len(fact.versions) > 1 for fact in kept.facts.values()) == 3


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2026, 11, 23), 36, date(2025, 1, 1)),
        (date(2026, 11, 23), 6, date(2026, 7, 1)),
        (date(2026, 1, 22), 9, date(2025, 4, 1)),
        (date(2026, 2, 22), 2, None),
    ],
)
def test_the_quarter_is_the_first_of_the_last_full_year(today: date, months: int, first: date | None) -> None:
    assert quarter_of(window_before(today, months)) == first


def test_a_second_run_adds_nothing() -> None:
    kept = Kept()
    loaded(kept)
    before = list(kept.changes)
    again = loaded(kept)
    assert kept.changes == before
    assert (again.tenant_count, again.rows_added) == (3, 0)


def test_a_run_in_another_month_finds_the_park_as_it_was() -> None:
    kept = Kept()
    loaded(kept)
    before = list(kept.changes)
    later = loaded(kept, today=TODAY + timedelta(days=120))
    assert kept.changes == before
    assert (later.first_month, later.last_month) == ("2026-05", "2026-10")


@pytest.mark.parametrize("breaks_after", [0, 1, 3, 7, 50, 138, 139, 141, 144, 149, *range(150, 185)])
def test_an_interrupted_load_goes_on_where_it_stopped(breaks_after: int) -> None:
    kept = Kept()
    with pytest.raises(ServiceError, match="the service went away"):
        loaded(kept, breaks_after)
    assert len(kept.changes) == breaks_after
    loaded(kept, today=TODAY)
    counts = writes(kept)
    assert counts | {name: WRITES[name] for name in REPEATABLE} == WRITES
    assert all(counts[name] >= WRITES[name] for name in REPEATABLE)
    assert len(kept.facts) == PARK.row_count
    assert len(kept.figures) == WRITES["ADD_SUPPLIER_FACTOR"]
    assert len(kept.reports) == 1
    assert sum(len(fact.versions) > 1 for fact in kept.facts.values()) == 3
    assert {(one["code"], one["cancellation"] is not None) for one in kept.instruments.values()} == INSTRUMENTS


def test_a_load_interrupted_last_month_keeps_its_months() -> None:
    kept = Kept()
    with pytest.raises(ServiceError):
        loaded(kept, 140)
    found = loaded(kept, today=TODAY + timedelta(days=31))
    assert (found.first_month, found.last_month) == ("2026-05", "2026-10")
    assert len(kept.facts) == PARK.row_count


def test_a_batch_has_the_same_key_when_it_is_sent_again() -> None:
    kept = Kept()
    with pytest.raises(ServiceError):
        loaded(kept, 141)
    loaded(kept)
    keys = Counter(given["idempotencyKey"] for given in sent(kept, "POST"))
    assert len(keys) == 3
    assert max(keys.values()) == 2


def test_other_data_under_the_same_ids_is_told_and_stops() -> None:
    kept = Kept()
    with pytest.raises(ServiceError):
        loaded(kept, 140)
    key, fact = next(item for item in kept.facts.items() if item[0][2] == "EM5-01/2026-05")
    fact.row = fact.row | {"quantity": "1"}
    with pytest.raises(
        ServiceError, match=r"1 rows of the demo were refused, the first is EM5-01/2026-05 \(quantity\)"
    ):
        loaded(kept)
    assert kept.facts[key].row["quantity"] == "1"


def test_a_refused_mutation_is_an_error_with_its_code() -> None:
    class Refusing(FakeService):
        def _register_park(self, given: dict[str, Any]) -> dict[str, Any]:
            return {"code": "UNKNOWN_REGION", "message": f"{given['region']} is none"}

    with pytest.raises(ServiceError, match="UNKNOWN_REGION: XX is none"):
        change(Refusing(Kept()), operations.REGISTER_PARK, {"region": "XX"})
