from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from accounting.lines import Place
from accounting.own_factors import OwnFactor, factor_of, named, of_caller
from accounting.refusals import RefusalCode, Refused
from emission_factors.activity_types import Method, Scope
from emission_factors.chains import BadChain
from emission_factors.factors import Factor, GasBasis, Origin, Purpose, Status
from emission_factors.gases import GwpSet
from emission_factors.units import unit
from tests.build import activity, basis, factor, item, line, made, own, term

PLACE = Place("CN-GD", date(2024, 3, 1), 2024, "Gas Co")
SCOPE_2 = line(scope=Scope.SCOPE_2, method=Method.MARKET)


def as_factor(found: OwnFactor, per: str = "kg") -> Factor:
    day = date(2024, 6, 1)
    return factor_of(found, unit(per), "own:1", Origin.SUPPLIER, "Gas Co", day, date(2025, 5, 31), date(2024, 7, 2))


def test_an_own_factor_becomes_a_factor_like_a_published_one() -> None:
    found = as_factor(own({"CO2": term("1.9", "kgC/m3"), "CH4": term("0.1", "g/m3")}, evidence=("a", "b")), "10^4m3")
    assert (found.factor_id, found.origin, found.supplier, found.region) == ("own:1", Origin.SUPPLIER, "Gas Co", "")
    assert (found.valid_from, found.valid_to, found.data_year) == (date(2024, 6, 1), date(2025, 5, 31), 2024)
    assert found.gases == (("CO2", Fraction("19000") * Fraction(44, 12)), ("CH4", Fraction(1)))
    assert (found.unit, found.basis, found.co2e) == ("10^4m3", GasBasis.GAS_MASSES, None)
    assert found.purposes == set(Purpose)
    assert (found.dataset.published_on, found.dataset.carry_years) == (date(2024, 7, 2), None)
    assert (found.citation.document, found.locator, found.note) == ("measured", "measured", "a; b")


@pytest.mark.parametrize(
    ("parts", "basis_of", "co2e", "gases", "biogenic"),
    [
        ({"CO2": ("1", "kg/kg")}, GasBasis.CO2_ONLY, None, {"CO2": 1}, None),
        ({"CO2E": ("2", "kgCO2e/kg")}, GasBasis.CO2E_TOTAL, 2, {}, None),
        ({"CH4": ("2", "g/kg")}, GasBasis.GAS_MASSES, None, {"CH4": Fraction(1, 500)}, None),
        ({"CO2E": ("2", "kg/kg"), "CO2_BIOGENIC": ("3", "kg/kg")}, GasBasis.CO2E_TOTAL, 2, {}, 3),
        (
            {"CO2": ("1", "kg/kg"), "CO2_BIOGENIC": ("0.3", "kgC/kg")},
            GasBasis.CO2_ONLY,
            None,
            {"CO2": 1},
            Fraction("1.1"),
        ),
        ({"R-134a": ("1", "kg/kg")}, GasBasis.GAS_MASSES, None, {"HFC-134a": 1}, None),
    ],
)
def test_the_parts_say_what_the_factor_is(
    parts: dict[str, tuple[str, str]], basis_of: GasBasis, co2e: int | None, gases: dict[str, object], biogenic: object
) -> None:
    found = as_factor(own({gas: term(*pair) for gas, pair in parts.items()}))
    assert (found.basis, found.co2e, dict(found.gases), found.co2_biogenic) == (basis_of, co2e, gases, biogenic)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "the factor has no part; give a gas, or CO2E for a total"),
        ({"CO2E": "1", "CO2": "1"}, "a factor is either one CO2E total or a mass of each gas; both together would"),
        ({"HFC-134a": "1", "R-134a": "1"}, "HFC-134a stands in more than one part; give each gas once"),
        ({"R-410A": "1"}, "'R-410A' is not a gas of the catalogue"),
        ({"soot": "1"}, "'soot' is not a gas of the catalogue"),
    ],
)
def test_parts_that_make_no_factor_are_refused(parts: dict[str, str], message: str) -> None:
    with pytest.raises(Refused) as caught:
        as_factor(own({gas: term(value, "kg/kg") for gas, value in parts.items()}))
    assert (caught.value.code, caught.value.field) == (RefusalCode.BAD_FACTOR, "parts")
    assert str(caught.value).startswith(message)


def test_a_chain_that_leaves_no_mass_or_is_empty_is_refused() -> None:
    for terms, message in (((term("1", "kg/m3"),), "they must leave a mass of gas"), ((), "no term is given for CO2")):
        with pytest.raises(BadChain, match=message):
            as_factor(own({"CO2": terms}))


@pytest.mark.parametrize("gas", ["CO2", "CO2E", "CO2_BIOGENIC"])
def test_purchased_energy_at_zero_needs_evidence(gas: str) -> None:
    """GB/T 32151.34-2024 annex D: a zero factor only with contract and settlement, or a certificate."""
    zero = own({gas: term("0", "kg/kg")}, name="Solar contract")
    with pytest.raises(Refused) as caught:
        of_caller(zero, SCOPE_2, PLACE, unit("kg"))
    assert (caught.value.code, caught.value.field) == (RefusalCode.ZERO_FACTOR_NEEDS_EVIDENCE, "ownFactor.evidence")
    assert str(caught.value).startswith("zero factor needs evidence: Solar contract counts purchased energy as zero")
    assert of_caller(replace(zero, evidence=("GEC 1",)), SCOPE_2, PLACE, unit("kg")).factor.note == "GEC 1"
    assert of_caller(zero, line(), PLACE, unit("kg")).factor.origin is Origin.CALLER


def test_a_factor_that_is_not_zero_needs_no_evidence() -> None:
    found = of_caller(own({"CO2": term("0.001", "kg/kg")}), SCOPE_2, PLACE, unit("kg"))
    assert (found.rule, found.lost, found.is_proxy) == ("given by the caller", (), False)
    assert found.conversion.ratio == 1


def test_a_catalogue_factor_is_named_by_its_id_and_converted() -> None:
    per_gj = factor("gj", gases={"CO2": "74.1"}, unit="GJ", region="WORLD", kinds=())
    ncv = item("NCV", "43", "GJ/t", region="WORLD")
    found = named(basis(made(per_gj, properties=[ncv])), "made:gj", activity(), line(), PLACE, unit("kg"))
    assert (found.factor, found.rule) == (per_gj, "named by the caller")
    assert found.conversion.ratio == Fraction("0.043")


@pytest.mark.parametrize(
    ("factor_id", "code", "field", "message"),
    [
        ("made:none", RefusalCode.UNKNOWN_FACTOR, "factorId", "release 1 has no factor 'made:none'; search"),
        ("made:km", RefusalCode.UNIT_NOT_ACCEPTED, "unit", "made:km is per km: from kg (mass) to km (distance) needs"),
        (
            "made:bad",
            RefusalCode.BAD_FACTOR,
            "factorId",
            "made:bad failed a loading check and is shown only, never used: 9",
        ),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(factor_id: str, code: RefusalCode, field: str, message: str) -> None:
    bad = factor("bad", "1", status=Status.QUARANTINED, note="9")
    catalogue = basis(made(factor("km", "1", unit="km"), bad))
    with pytest.raises(Refused) as caught:
        named(catalogue, factor_id, activity(), line(), PLACE, unit("kg"))
    assert (caught.value.code, caught.value.field) == (code, field)
    assert str(caught.value).startswith(message)


def test_the_gwp_set_of_a_total_is_what_its_owner_says() -> None:
    total = own({"CO2E": term("1", "kg/kg")}, gwp_set=GwpSet.AR4)
    assert as_factor(total).gwp_set is GwpSet.AR4
    assert as_factor(replace(total, gwp_set=None)).gwp_set is None
    assert as_factor(total).terms[0][1][0].value == Decimal(1)
