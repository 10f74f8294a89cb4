from datetime import date
from fractions import Fraction

from emission_factors.factors import Citation, GasBasis, Origin, Purpose, Status
from emission_factors.gases import GwpSet
from tests.build import dataset, factor, shipped


def test_a_citation_finds_the_figure_again_without_us() -> None:
    source = dataset(edition="2024, v1.1", source_url="https://example.org/flat-file", licence="OGL v3.0")
    assert factor(of=source, locator="sheet Fuels, row 7").citation == Citation(
        "Publisher",
        "Title, 2024, v1.1",
        "sheet Fuels, row 7",
        "OGL v3.0",
        "https://example.org/flat-file",
        date(2024, 6, 30),
    )
    assert factor(of=dataset(edition="")).citation.document == "Title"


def test_a_factor_has_the_gwp_set_of_its_data_set() -> None:
    assert factor(of=dataset(gwp_set=GwpSet.AR4)).gwp_set is GwpSet.AR4
    assert factor(of=dataset(gwp_set=None)).gwp_set is None


def test_a_factor_is_a_published_corporate_one_unless_it_says_otherwise() -> None:
    found = factor()
    assert (found.origin, found.purposes, found.status) == (
        Origin.CATALOGUE,
        frozenset({Purpose.CORPORATE}),
        Status.SINGLE_SOURCE,
    )


def test_every_shipped_factor_says_where_it_stands() -> None:
    for found in shipped().factors.values():
        cited = found.citation
        assert cited.publisher, found.factor_id
        assert cited.document, found.factor_id
        assert cited.licence, found.factor_id
        assert found.factor_id.startswith(f"{found.dataset.dataset_id}:")
        assert found.name_en, found.factor_id
        assert found.locator, found.factor_id


def test_every_shipped_value_is_what_its_basis_says() -> None:
    """No CO2e total stands beside masses of gases, and no CO2e of a gas without the GWP set it was printed with."""
    for found in shipped().factors.values():
        has_total, names = found.co2e is not None, [name for name, _ in found.gases]
        assert has_total == (found.basis in (GasBasis.CO2E_TOTAL, GasBasis.CO2E_BY_GAS)), found.factor_id
        assert bool(names) or found.basis is GasBasis.CO2E_TOTAL or found.co2_biogenic is not None, found.factor_id
        assert found.basis is not GasBasis.CO2E_BY_GAS or found.gwp_set is not None, found.factor_id
        assert found.basis is not GasBasis.CO2_ONLY or set(names) <= {"CO2"}, found.factor_id
        assert len(set(names)) == len(names), found.factor_id


def test_figures_of_announcements_that_everything_else_leans_on() -> None:
    figures = {
        "cn-mee-electricity-2023:CN-GD": "0.4419",
        "cn-mee-electricity-2022:CN-GD": "0.4403",
        "cn-mee-electricity-2021:CN-GD": "0.4715",
        "cn-mee-electricity-2023:CN": "0.5306",
        "cn-mee-electricity-2022:CN": "0.5366",
        "cn-mee-electricity-2021:CN": "0.5568",
        "cn-mee-electricity-2023:CN-excluding-market-traded-non-fossil": "0.6096",
        "cn-mee-electricity-2023:CN-GRID-SOUTH": "0.4042",
        "cn-notice-910-2025:electricity_other": "0.8325",
    }
    for factor_id, value in figures.items():
        found = shipped().factors[factor_id]
        per_kwh = dict(found.gases)["CO2"] * (Fraction(1) if found.unit == "kWh" else Fraction(1, 1000))
        assert per_kwh == Fraction(value), factor_id
