import pytest

from api.demo import tables
from api.demo.supply_tables import carriers, conversions, mismatches
from api.demo.windows import bill_periods, window_before
from emission_factors.activity_types import activity_type
from emission_factors.units import unit
from ledger.activities.rows import Quality
from tests.api.demo.whole_park import TODAY

ALL_STREAMS = [(company, stream) for company in tables.companies() for stream in tables.streams(company)]
STREAMS = {(company.code, stream.code) for company, stream in ALL_STREAMS}


def test_a_season_moves_a_year_and_does_not_change_it() -> None:
    assert {name: sum(months) for name, months in tables.seasons().items()} == dict.fromkeys(tables.seasons(), 12_000)


def test_every_company_has_streams_and_a_site_and_no_code_twice() -> None:
    codes = [(company.code, stream.code) for company, stream in ALL_STREAMS]
    assert len(codes) == len(set(codes)) == 576
    assert [company.code for company in tables.companies()] == list(tables.places())


def test_every_stream_names_what_there_is() -> None:
    window = window_before(TODAY, 36)
    for company, stream in ALL_STREAMS:
        sites = {place.code for place in tables.places()[company.code]}
        assert stream.site == "" or stream.site in sites, (company.code, stream.code)
        assert stream.season in tables.seasons()
        assert bill_periods(stream.cycle, window)
        assert Quality(stream.quality)
        assert unit(stream.unit).dimension in activity_type(stream.activity_type).dimensions


def test_only_an_invoice_needs_a_number_of_its_own() -> None:
    unnumbered = {stream.code for _, stream in ALL_STREAMS if stream.kind == "INVOICE" and not stream.document}
    assert unnumbered == set()


@pytest.mark.parametrize(
    "named",
    [
        set(tables.changes()),
        set(tables.hourly_meters()),
        {(amendment.tenant, amendment.source) for amendment in tables.amendments()},
    ],
)
def test_changes_hourly_meters_and_amendments_are_about_streams_there_are(named: set[tuple[str, str]]) -> None:
    assert named <= STREAMS
    assert len(named) > 5


def test_a_supplier_is_named_where_it_has_a_figure_and_nowhere_else() -> None:
    named = {(stream.supplier, stream.activity_type) for _, stream in ALL_STREAMS if stream.supplier}
    supplied = {(supplier, code) for supplier, code in named if supplier == "operator"}
    assert named - supplied == set(tables.supplier_figures())
    assert {code for _, code in supplied} == {row.purchased for row in carriers()} | {"waste.wastewater"}


def test_what_is_worked_out_is_what_the_carriers_and_conversions_name() -> None:
    own = {stream.code: stream for company, stream in ALL_STREAMS if company.number == 1}
    computed = {code for code, stream in own.items() if stream.is_computed}
    named = {code for row in carriers() for code in (row.lost, row.balancing, *row.made, *row.used)}
    assert named | set(conversions()) <= set(own)
    assert computed == {row.lost for row in carriers()} | {row.balancing for row in carriers()} | set(conversions()) | {
        "CE1",
        "PV2",
    }
    assert not any(stream.is_computed for company, stream in ALL_STREAMS if company.number > 1)


def test_events_and_mismatches_are_about_streams_there_are() -> None:
    assert {*tables.events(), *mismatches()} <= STREAMS


def test_suppliers_figures_say_that_they_are_invented() -> None:
    sources = [figure.source for figure in tables.supplier_figures().values()]
    assert all("Illustrative" in source and "demo park" in source for source in sources)


def test_names_are_in_both_languages() -> None:
    names = [(company.name_en, company.name_zh) for company in tables.companies()]
    names += [(place.name_en, place.name_zh) for found in tables.places().values() for place in found]
    names += [(stream.name_en, stream.name_zh) for _, stream in ALL_STREAMS]
    assert [name for name in names if not name[0].isascii() or name[1].isascii()] == []
