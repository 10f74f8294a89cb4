from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.effective import EffectiveFactor, Flag, combined, effective
from accounting.regimes import SEVEN_GROUPS
from emission_factors.decimals import rounded
from emission_factors.factors import Factor, GasBasis
from emission_factors.gases import GwpSet, gwp
from tests.build import dataset, factor, shipped

ONE = Fraction(1)
PRINTED = factor(co2e="0.20705", gases={"CO2": "0.20493", "CH4": "0.0009", "N2O": "0.00121"})
"""DESNZ style: CO2e of each gas under AR5, parts that miss the total by 0.00001."""


def of(found: Factor, gwp_set: GwpSet = GwpSet.AR5, ratio: Fraction = ONE) -> EffectiveFactor:
    return effective(found, ratio, gwp_set, SEVEN_GROUPS)


def test_masses_are_weighted_by_the_gwp_set_of_the_basis() -> None:
    """standards.md V02: 1000 kg CO2, 0.5 kg CH4, 0.1 kg N2O and 0.02 kg R-134a are 1072.8 kg CO2e under AR6."""
    masses = factor(gases={"CO2": "1000", "CH4_FOSSIL": "0.5", "N2O": "0.1", "HFC-134a": "0.02"})
    found = of(masses, GwpSet.AR6)
    assert found.co2e_total == Decimal("1072.8")
    assert dict(found.masses) == {
        "CO2": 1000,
        "CH4_FOSSIL": Decimal("0.5"),
        "N2O": Decimal("0.1"),
        "HFC-134a": Decimal("0.02"),
    }
    assert dict(found.co2e) == {
        "CO2": 1000,
        "CH4_FOSSIL": Decimal("14.9"),
        "N2O": Decimal("27.3"),
        "HFC-134a": Decimal("30.6"),
    }
    assert of(masses, GwpSet.AR4).co2e_total == 1000 + Decimal("12.5") + Decimal("29.8") + Decimal("28.6")
    assert found.co2e_unsplit == found.biogenic == 0
    assert found.flags == frozenset()


def test_a_printed_total_is_kept_to_the_digit_under_the_publisher_s_gwp_set() -> None:
    found = of(PRINTED)
    assert found.co2e_total == Decimal("0.20705")
    assert found.co2e_unsplit == Decimal("0.00001")
    assert dict(found.co2e) == {"CO2": Decimal("0.20493"), "CH4": Decimal("0.0009"), "N2O": Decimal("0.00121")}
    assert found.masses["CH4"] == rounded(Fraction("0.0009") / 28)
    assert found.flags == frozenset()


def test_every_shipped_factor_with_gas_parts_keeps_its_printed_total() -> None:
    """At the printed unit, shown to a nanogram; a mass recovered by a division and weighted again must not drift."""
    by_gas = [found for found in shipped().factors.values() if found.basis is GasBasis.CO2E_BY_GAS]
    assert len(by_gas) == 7205
    for found in by_gas[::7]:
        assert found.gwp_set is not None
        assert Fraction(effective(found, ONE, found.gwp_set, SEVEN_GROUPS).co2e_total) == found.co2e, found.factor_id


def test_under_another_gwp_set_each_gas_is_restated_and_what_is_not_split_stays() -> None:
    found = of(PRINTED, GwpSet.AR6)
    methane = Fraction("0.0009") / 28 * Fraction("27.9")
    nitrous = Fraction("0.00121") / 265 * 273
    assert abs(Fraction(found.co2e["CH4"]) - methane) < Fraction(1, 10**50)
    assert abs(Fraction(found.co2e["N2O"]) - nitrous) < Fraction(1, 10**50)
    assert found.co2e["CO2"] == Decimal("0.20493")
    assert found.co2e_unsplit == Decimal("0.00001")
    assert found.masses == of(PRINTED).masses
    assert Flag.GWP_SET_AS_PUBLISHED not in found.flags


def test_rounded_parts_may_exceed_their_total() -> None:
    assert of(factor(co2e="1", gases={"CO2": "0.9", "CH4": "0.11"})).co2e_unsplit == Decimal("-0.01")


@pytest.mark.parametrize(
    ("printed_with", "asked", "is_flagged"),
    [
        (GwpSet.AR5, GwpSet.AR5, False),
        (GwpSet.AR5, GwpSet.AR6, True),
        (GwpSet.AR4, GwpSet.AR5, True),
        (None, GwpSet.AR6, True),
    ],
)
def test_one_co2e_total_stays_as_published_and_says_so_where_the_sets_differ(
    printed_with: GwpSet | None, asked: GwpSet, is_flagged: bool
) -> None:
    found = of(factor(co2e="2.5", of=dataset(gwp_set=printed_with)), asked)
    assert (found.co2e_total, found.co2e_unsplit, dict(found.co2e), dict(found.masses)) == (
        Decimal("2.5"),
        Decimal("2.5"),
        {},
        {},
    )
    assert (Flag.GWP_SET_AS_PUBLISHED in found.flags) is is_flagged


def test_gases_outside_the_kyoto_groups_never_count() -> None:
    """R-401A: HCFC-22 and HCFC-124 are ozone-depleting and reported apart; only its HFC-152a is in the total."""
    blend = factor(gases={"HCFC-22": "0.53", "HCFC-124": "0.34", "HFC-152a": "0.13"})
    found = of(blend)
    assert (dict(found.masses), found.co2e_total) == ({"HFC-152a": Decimal("0.13")}, Decimal("17.94"))
    assert dict(found.outside) == {"HCFC-22": Decimal("0.53"), "HCFC-124": Decimal("0.34")}
    assert dict(found.outside_co2e) == {"HCFC-22": Decimal("932.8"), "HCFC-124": Decimal("179.18")}


def test_a_regime_of_carbon_dioxide_alone_puts_the_rest_outside() -> None:
    found = effective(factor(gases={"CO2": "2", "CH4": "1"}), ONE, GwpSet.AR5, frozenset({"CO2"}))
    assert found.co2e_total == 2
    assert (dict(found.masses), dict(found.outside)) == ({"CO2": Decimal(2)}, {"CH4": Decimal(1)})
    assert dict(found.outside_co2e) == {"CH4": 28}


def test_biogenic_carbon_dioxide_is_apart_and_scaled() -> None:
    found = of(factor(co2e="0.01", biogenic="1.5"), ratio=Fraction(1000))
    assert found.co2e_total == 10
    assert found.biogenic == 1500
    only = of(factor(biogenic="0.3"))
    assert only.co2e_total == len(only.masses) == 0
    assert only.biogenic == Decimal("0.3")


def test_a_missing_gwp_leaves_the_mass_and_a_flag_and_no_zero() -> None:
    found = of(factor(gases={"CO2": "1", "NF3": "2"}), GwpSet.SAR)
    assert dict(found.masses) == {"CO2": 1, "NF3": 2}
    assert dict(found.co2e) == {"CO2": 1}
    assert found.co2e_total == 1
    assert found.flags == {Flag.GWP_MISSING}
    outside = of(factor(gases={"propane": "1"}))
    assert dict(outside.outside) == {"propane": 1}
    assert len(outside.outside_co2e) == len(outside.flags) == 0


def test_a_complement_supplies_the_families_asked_for_and_nothing_else() -> None:
    main = of(replace(factor(gases={"CO2": "56100"}, biogenic="1"), basis=GasBasis.CO2_ONLY))
    other = factor(gases={"CO2": "99", "CH4_FOSSIL": "1", "N2O": "0.1"}, biogenic="7")
    whole = combined(main, effective(other, ONE, GwpSet.AR5, SEVEN_GROUPS, ("CH4", "N2O")))
    assert dict(whole.masses) == {"CO2": 56100, "CH4_FOSSIL": 1, "N2O": Decimal("0.1")}
    assert whole.co2e_total == 56100 + 30 + Decimal("26.5")
    assert whole.biogenic == 1
    printed = effective(PRINTED, ONE, GwpSet.AR5, SEVEN_GROUPS, ("N2O",))
    assert set(printed.co2e) == {"N2O"}
    assert printed.co2e_unsplit == 0


@given(st.decimals(Decimal("0.000001"), 10**6, places=6), st.sampled_from(list(GwpSet)[1:]))
def test_a_factor_is_linear_in_its_conversion(ratio: Decimal, gwp_set: GwpSet) -> None:
    masses = factor(gases={"CO2": "2.5", "CH4_FOSSIL": "0.004"})
    found = of(masses, gwp_set, Fraction(ratio))
    assert found.co2e_total == (Decimal("2.5") + Decimal("0.004") * gwp("CH4_FOSSIL", gwp_set).value) * ratio
