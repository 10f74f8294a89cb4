"""From an answer to what is asked of the service, by feature and figures."""

from decimal import Decimal

import pytest

from api.cases.planning import plan
from api.cases.plans import Estimate, NotSupported, OnBasis, OwnPart, Plan, Read, Reading, Share, Term
from api.cases.reading import Answer, Case
from tests.api.cases.builders import (
    DESNZ,
    GBT,
    GRID,
    GWP,
    HEAT,
    HUB,
    IPCC,
    STEAM,
    answer,
    case,
    library,
)

G = ("28", "kgCO2e/kg", f"{GWP} CH4 AR5")
N = ("265", "kgCO2e/kg", f"{GWP} N2O AR5")


def planned(found: Case, wanted: Answer) -> Plan:
    made = plan(found, wanted, library())
    assert isinstance(made, Plan)
    return made


def shares(found: Case, expression: str, unit: str, name: str = "co2") -> tuple[Share, ...]:
    return planned(found, answer(expression, unit, name=name)).shares


def test_a_fuel_of_a_parameter_set_is_asked_for_by_its_id() -> None:
    source = f"{GBT} 柴油"
    factors = {
        "NCV": ("42.652", "GJ/t", source),
        "CC": ("0.0202", "tC/GJ", source),
        "OF": ("0.98", "fraction", source),
    }
    found = case("fuel-combustion-cn", {"AD": ("30", "t")}, factors, gwp_set="CO2 only")
    (share,) = shares(found, "AD*NCV*CC*OF*44/12", "tCO2")
    assert share == Share(
        Estimate(
            "stationary.diesel",
            Decimal(30),
            "t",
            region="CN",
            line="combustion",
            factor_id="cn-gbt-32151-34-2024:diesel",
        ),
        (Reading(Read.GAS_MASS, "combustion", "CO2"),),
    )


def test_a_factor_of_the_case_is_sent_as_its_terms() -> None:
    factors = {"CC": ("0.015", "tC/10^4 Nm3", "case input"), "OF": ("0.98", "fraction", "case input")}
    (share,) = shares(case("fuel-combustion-cn", {"FC": ("2", "10^4 Nm3")}, factors), "FC*CC*OF*44/12", "tCO2")
    assert share.estimate.activity_type == "other.stationary"
    assert share.estimate.multipliers == (Term("OF", Decimal("0.98"), "fraction"),)
    assert share.estimate.own == (OwnPart("CO2", (Term("CC", Decimal("0.015"), "tC/10^4 Nm3"),)),)


def test_gases_of_one_factor_are_one_estimate() -> None:
    factors = {
        "A": ("1617.884", "kgCO2/m3", ""),
        "B": ("0.1282", "kgCH4/m3", ""),
        "C": ("0.002564", "kgN2O/m3", ""),
        "G": G,
        "N": N,
    }
    found = case("gas-split-sum", {"V": ("100", "m3")}, factors, gwp_set="AR5")
    parts = shares(found, "V*(A+B*G+C*N)/1000", "tCO2e")
    assert len({share.estimate for share in parts}) == 1
    assert [part.gas for part in parts[0].estimate.own] == ["CO2", "CH4", "N2O"]
    assert parts[0].estimate.basis == OnBasis(gwp_set="AR5")
    assert [share.readings[0] for share in parts] == [
        Reading(Read.GAS_CO2E, gas="CO2"),
        Reading(Read.GAS_CO2E, gas="CH4"),
        Reading(Read.GAS_CO2E, gas="N2O"),
    ]


def test_what_reduces_a_balance_has_a_type_of_its_own() -> None:
    inputs = {"A": ("100", "t"), "X": ("0.008", "fraction"), "B": ("70", "t"), "Y": ("0.002", "fraction")}
    parts = shares(case("process-emissions", inputs), "(A*X-B*Y)*44/12", "tCO2")
    assert [(share.estimate.activity_type, share.sign) for share in parts] == [
        ("process.carbon_in", 1),
        ("process.carbon_out", 1),
    ]


def test_methane_recovered_reduces_what_was_made() -> None:
    factors = {
        "BO": ("0.25", "kg CH4/kg COD", f"{IPCC} 614965"),
        "MCF": ("0.8", "fraction", f"{IPCC} 614970"),
        "G": G,
    }
    found = case("wastewater", {"C": ("80", "t"), "S": ("2", "t COD"), "R": ("15", "t CH4")}, factors)
    parts = shares(found, "((C-S)*BO*MCF-R)*G", "tCO2e")
    assert [share.estimate.activity_type for share in parts] == [
        "wastewater.industrial_cod/anaerobic_reactor",
        "wastewater.industrial_sludge/anaerobic_reactor",
        "wastewater.methane_recovered",
    ]
    assert [share.estimate.unit for share in parts] == ["t", "t", "t"]


def test_a_gwp_of_the_case_s_own_keeps_the_factor_of_the_case() -> None:
    factors = {
        "BO": ("0.25", "kg CH4/kg COD", f"{IPCC} 614965"),
        "MCF": ("0.8", "fraction", f"{IPCC} 614970"),
        "G": ("25", "kgCO2e/kg", "stated in text"),
    }
    (share,) = shares(case("wastewater", {"C": ("80", "t")}, factors), "C*BO*MCF*G", "tCO2e")
    assert share.estimate.factor_id == ""
    assert [part.gas for part in share.estimate.own] == ["CO2E"]


def test_methane_by_origin_is_not_counted_with_another_gwp() -> None:
    factors = {
        "BO": ("0.25", "kg CH4/kg COD", f"{IPCC} 614965"),
        "MCF": ("0.8", "fraction", f"{IPCC} 614970"),
        "G": ("27.9", "kgCO2e/kg", f"{GWP} CH4 AR6"),
    }
    (share,) = shares(case("wastewater", {"C": ("80", "t")}, factors), "C*BO*MCF*G", "tCO2e")
    assert (share.estimate.factor_id, share.estimate.own[0].gas) == ("", "CH4")


def test_an_answer_per_unit_is_asked_for_one_of_it() -> None:
    found = case("unit-chain", {"CC": ("14.43", "kgC/mmBtu"), "T": ("10.37", "therm/Mcf")})
    (share,) = shares(found, "0.1*CC*44/12/1000*T", "tCO2/Mcf")
    assert (share.estimate.quantity, share.estimate.unit) == (Decimal(1), "Mcf")
    assert [term.unit for term in share.estimate.own[0].terms] == ["kgC/mmBtu", "therm/Mcf"]


def test_a_plain_mass_per_unit_is_of_the_gas_asked_for() -> None:
    (share,) = shares(case("unit-chain", {"L": ("1540.1", "lb/MWh")}), "L/1000/2204.6", "tCO2/kWh")
    assert share.estimate.own == (OwnPart("CO2", (Term("L", Decimal("1540.1"), "lb/MWh"),)),)


def test_tonne_kilometres_are_a_quantity_with_a_multiplier() -> None:
    (share,) = shares(case("freight", {"M": ("5", "t"), "D": ("100", "km")}), "M*D", "t.km", name="tkm")
    assert share.readings == (Reading(Read.QUANTITY),)
    assert share.estimate.multipliers == (Term("D", Decimal(100), "km"),)


def test_gross_kilowatt_hours_are_spelled_out() -> None:
    factors = {"S": ("0.18296", "kgCO2e/kWh", f"{DESNZ} id 1_100_1004_6_1")}
    (share,) = shares(case("uk-energy-chain", {"E": ("500", "kWh")}, factors), "E*S", "kgCO2e")
    assert (share.estimate.unit, share.estimate.activity_type) == ("kWh_gross", "stationary.natural_gas")
    assert share.estimate.basis == OnBasis(gwp_set="AR5")


def test_a_heat_content_is_looked_for_in_the_service() -> None:
    factors = {
        "HC": ("0.001026", "mmBtu/scf", f"{HUB} table 1 Natural Gas"),
        "E": ("53.06", "kgCO2/mmBtu", f"{HUB} table 1 Natural Gas"),
    }
    (share,) = shares(case("us-fuel", {"V": ("10000", "scf")}, factors), "V*HC*E", "kgCO2")
    assert (share.estimate.unit, share.estimate.multipliers) == ("scf", ())
    assert share.properties == (Term("HC", Decimal("0.001026"), "mmBtu/scf"),)


def test_the_service_chooses_the_grid_s_factor() -> None:
    factors = {"EF": ("0.5306", "kgCO2/kWh", f"{GRID} 2023 全国"), "RES": ("0.6096", "kgCO2/kWh", f"{GRID} 2023 全国")}
    found = case("electricity-market", {"E": ("100", "MWh")}, factors)
    (location,) = shares(found, "E*EF", "tCO2")
    (market,) = shares(found, "E*RES", "tCO2", "market_based")
    assert (location.estimate.region, location.estimate.first_day, location.estimate.factor_id) == (
        "CN",
        "2023-01-01",
        "",
    )
    assert (location.chosen, location.readings[0].line) == ("cn-mee-electricity-2023:CN", "location")
    assert (market.chosen, market.readings[0].line) == ("cn-mee-electricity-2023:CN-residual", "market")


def test_a_later_year_is_asked_with_what_was_published_then() -> None:
    factors = {"EF": ("0.4715", "kgCO2/kWh", f"{GRID} 2021 广东")}
    found = case("electricity-location", {"E": ("1", "MWh")}, factors, title="2023 activity uses the 2021 factor")
    (share,) = shares(found, "E*EF", "tCO2")
    assert share.estimate.first_day == "2023-01-01"
    assert share.estimate.basis.published_by == "2024-04-12"
    assert share.chosen == "cn-mee-electricity-2021:CN-GD"


def test_a_period_of_the_title_is_asked_for() -> None:
    factors = {"A": ("0.177", "kgCO2e/kWh", f"{DESNZ} id 7_400_4000_5_1")}
    found = case("factor-year", {"E": ("1", "kWh")}, factors, title="Majority rule: October 2024 to September 2025")
    (share,) = shares(found, "E*A", "kgCO2e")
    assert (share.estimate.first_day, share.estimate.last_day) == ("2024-10-01", "2025-09-30")
    assert (share.estimate.factor_id, share.chosen) == ("", "uk-desnz-2025:7_400_4000_5")


def test_the_park_method_is_a_regime() -> None:
    factors = {"EF": ("0.8325", "kgCO2/kWh", "china-zero-carbon-park-rules-2025.csv electricity")}
    found = case("park-totals", {"E": ("12000", "MWh"), "GREEN": ("0", "MWh")}, factors)
    (share,) = shares(found, "(E-GREEN)*EF", "tCO2")
    assert share.estimate.basis.regime == "NDRC_910_2025"
    assert share.chosen == "cn-notice-910-2025:electricity_other"


def test_a_difference_of_two_years_is_one_of_two_estimates() -> None:
    factors = {"A": ("0.4715", "kgCO2/kWh", f"{GRID} 2021 广东"), "B": ("0.5306", "kgCO2/kWh", f"{GRID} 2023 全国")}
    parts = shares(case("factor-year", {"E": ("1", "MWh")}, factors), "E*B-E*A", "tCO2")
    assert [(share.sign, share.estimate.first_day[:4]) for share in parts] == [(1, "2023"), (-1, "2021")]


def test_a_mixture_is_released_by_its_name() -> None:
    inputs = {"M": ("8", "kg"), "A": ("0.5", "fraction HFC-32"), "B": ("0.5", "fraction HFC-125")}
    factors = {"GA": ("677", "kgCO2e/kg", f"{GWP} HFC32 AR5"), "GB": ("3170", "kgCO2e/kg", f"{GWP} HFC125 AR5")}
    found = case("refrigerant", inputs, factors, section="R-410A")
    parts = shares(found, "M*(A*GA+B*GB)", "kgCO2e")
    assert {share.estimate.activity_type for share in parts} == {"refrigerant.leaked/R-410A"}
    assert {share.estimate.quantity for share in parts} == {Decimal(8)}
    assert [share.readings[0].gas for share in parts] == ["HFC-32", "HFC-125"]


def test_a_mixture_of_which_nothing_is_released_comes_to_nothing() -> None:
    inputs = {"M": ("0", "kg"), "A": ("0.5", "fraction HFC-32"), "B": ("0.5", "fraction HFC-125")}
    factors = {"GA": ("677", "kgCO2e/kg", f"{GWP} HFC32 AR5"), "GB": ("3170", "kgCO2e/kg", f"{GWP} HFC125 AR5")}
    assert shares(case("refrigerant", inputs, factors, section="R-410A"), "M*(A*GA+B*GB)", "kgCO2e") == ()


def test_a_mass_balance_of_a_mixture_is_kept_in_mass() -> None:
    factors = {"G": ("1923.5", "kgCO2e/kg", "refrigerant-blends.csv R-410A AR5")}
    found = case("refrigerant", {"P": ("50", "kg"), "C": ("45", "kg")}, factors)
    parts = shares(found, "P-C", "kg", "loss")
    assert [share.estimate.activity_type for share in parts] == [
        "refrigerant.leaked/R-410A",
        "refrigerant.returned/R-410A",
    ]
    assert {share.readings for share in parts} == {(Reading(Read.MASS, "main"),)}


def test_an_answer_is_of_the_type_it_is_named_after() -> None:
    factors = {"R": ("0.8", "fraction", ""), "G": ("677", "kgCO2e/kg", f"{GWP} HFC32 AR5")}
    found = case("refrigerant", {"CH": ("200", "kg")}, factors)
    assert shares(found, "CH*R*G", "kgCO2e", "disposal")[0].estimate.activity_type == "refrigerant.disposed/HFC-32"


def test_steam_is_asked_for_by_its_condition() -> None:
    factors = {"H": ("2777.0", "kJ/kg", f"{STEAM} C.4 1.0 MPa"), "EF": ("0.11", "tCO2/GJ", HEAT)}
    found = planned(case("heat-steam", {"M": ("1000", "t")}, factors), answer("M*1000*H*1e-6*EF", "tCO2"))
    (share,) = found.shares
    assert (share.estimate.activity_type, share.estimate.pressure_mpa) == ("steam.purchased", Decimal("1.0"))
    assert share.estimate.factor_id == "cn-heat-and-carbonates:heat_default"
    assert [(check.figure, check.value) for check in found.checks] == [("H", Decimal("2777.0"))]


def test_the_reference_of_the_older_guides_is_a_regime() -> None:
    factors = {"H": ("2777.0", "kJ/kg", f"{STEAM} C.4 1.0 MPa")}
    (share,) = shares(case("heat-steam", {"M": ("1000", "t")}, factors), "M*(H-83.74)/1000", "GJ", "heat")
    assert share.estimate.basis.regime == "NDRC_910_2025"
    assert share.readings == (Reading(Read.STEAM_HEAT),)


def test_hot_water_is_a_temperature_alone() -> None:
    found = case("heat-steam", {"M": ("500", "t"), "T": ("80", "degC")})
    (share,) = shares(found, "M*(T-20)*4.1868/1000", "GJ", "heat")
    assert (share.estimate.activity_type, share.estimate.temperature_c) == ("heat.hot_water", Decimal(80))


def test_standard_coal_takes_the_coefficient_that_the_case_gives() -> None:
    factors = {"K": ("1.33", "kgce/m3", "china-tce-coefficients-gbt2589.csv Natural gas")}
    (share,) = shares(case("energy-tce", {"V": ("5000", "m3")}, factors), "V*K/1000", "tce", "energy")
    assert [reading.read for reading in share.readings] == [Read.TCE, Read.TCE_HIGH]
    assert {(probe.estimate.quantity, probe.estimate.unit) for probe in share.probes} == {(Decimal(1), "m3")}


def test_a_carrier_without_a_type_takes_the_case_s_coefficient() -> None:
    factors = {"K": ("0.7143", "kgce/kg", "china-tce-coefficients-gbt2589.csv Raw coal")}
    (share,) = shares(case("energy-tce", {"M": ("1000", "t")}, factors), "M*K", "tce", "energy")
    assert (share.estimate.activity_type, share.probes) == ("other.stationary", ())
    assert share.estimate.multipliers == (Term("K", Decimal("0.7143"), "kgce/kg"),)


def test_the_equivalent_value_of_electricity_is_of_the_basis() -> None:
    factors = {"K": ("0.300", "kgce/kWh", "equivalent value of the year")}
    (share,) = shares(case("energy-tce", {"E": ("10", "MWh")}, factors), "E*K", "tce", "energy")
    assert share.estimate.basis.electricity_kgce_per_kwh == "0.300"
    assert share.readings == (Reading(Read.TCE_EQUIVALENT),)


def test_equity_shares_of_several_operations_are_multipliers() -> None:
    inputs = {"E": ("10000", "tCO2e"), "A": ("83", "%"), "F": ("500", "tCO2e"), "B": ("75", "%")}
    first, second = shares(case("boundary-base-year", inputs), "E*A/100+F*B/100", "tCO2e")
    assert (first.estimate.activity_type, first.estimate.unit) == ("investment.reported", "t")
    assert first.estimate.multipliers == (Term("A", Decimal(83), "%"),)
    assert second.estimate.multipliers == (Term("B", Decimal(75), "%"),)


@pytest.mark.parametrize(
    ("found", "expression", "unit", "message"),
    [
        (case("park-totals", {"S": ("4", "tCO2"), "T": ("5", "tce")}), "T/S", "tce/tCO2", "is not emissions over"),
        (
            case("boundary-base-year", {"B": ("75", "tCO2e"), "D": ("25", "tCO2e")}),
            "B*2-D",
            "tCO2e",
            "is not an equity",
        ),
        (case("uncertainty", {"A": ("1", "%"), "B": ("2", "%")}), "A+B", "%", "is not error propagation"),
        (case("x", {"A": ("1", "kg"), "B": ("2", "kg")}), "A/B", "1", "a ratio of the case's own figures"),
        (case("x", {"A": ("0.0000000000000000001", "kg")}), "A", "kg", "more than 18 digits after the point"),
        (case("x", {"A": ("1", "kg")}), "A*B", "kg", "the formula names 'B'"),
        (case("x", {"A": ("1", "m3")}), "A", "tCO2/m3", "leave"),
        (case("x", {"A": ("1", "rating")}), "A", "kg", "'rating' is no unit of a quantity"),
    ],
)
def test_what_the_service_cannot_do_is_said(found: Case, expression: str, unit: str, message: str) -> None:
    with pytest.raises(NotSupported, match=message):
        planned(found, answer(expression, unit))
