from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emission_factors.chains import BadChain, activity_quantity, kilograms_per, labelled_unit
from emission_factors.gases import UnknownGas
from emission_factors.units import UnknownUnit, unit
from tests.build import shipped, term

NCV, CC, OF = "NCV", "CC", "OF"
FUELS = [
    ("natural_gas", "natural_gas", "10^4Nm3", "389.31", "GJ/10^4Nm3", "0.0153", "99", "0.055539", "21.62188809"),
    ("lng", "liquefied_natural_gas", "t", "51.498", "GJ/t", "0.0153", "98", "0.054978", "2.831257044"),
    ("lpg", "liquefied_petroleum_gas", "t", "50.179", "GJ/t", "0.0172", "98", "0.0618053333", "3.1013298213"),
    ("diesel", "diesel", "t", "42.652", "GJ/t", "0.0202", "98", "0.0725853333", "3.0959096373"),
    ("gasoline", "gasoline", "t", "43.070", "GJ/t", "0.0189", "98", "0.067914", "2.92505598"),
    ("fuel_oil", "fuel_oil", "t", "41.816", "GJ/t", "0.0211", "98", "0.0758193333", "3.1704612427"),
    ("bituminous", "bituminous_coal", "t", "19.570", "GJ/t", "0.0261", "93", "0.089001", "1.74174957"),
    ("anthracite", "anthracite", "t", "26.7", "GJ/t", "0.0274", "94", "0.0944386667", "2.5215124"),
]
"""GB/T 32151.34-2024 table C.1: fuel, record, unit, NCV, its unit, carbon content tC/GJ, oxidation %, tCO2/GJ, tCO2."""


@pytest.mark.parametrize(("fuel", "record", "per", "ncv", "ncv_unit", "carbon", "oxidised", "energy", "mass"), FUELS)
def test_a_fuel_s_factor_is_ncv_times_carbon_times_oxidation_times_44_over_12(
    fuel: str, record: str, per: str, ncv: str, ncv_unit: str, carbon: str, oxidised: str, energy: str, mass: str
) -> None:
    per_energy = [term(carbon, "tC/GJ", CC), term(oxidised, "%", OF)]
    tonnes_per_gj = kilograms_per(per_energy, "CO2", unit("GJ")) / 1000
    assert tonnes_per_gj == Fraction(carbon) * Fraction(oxidised) / 100 * Fraction(44, 12)
    assert round(tonnes_per_gj, 10) == Fraction(energy)
    tonnes = kilograms_per([term(ncv, ncv_unit, NCV), *per_energy], "CO2", unit(per)) / 1000
    assert tonnes == Fraction(ncv) * tonnes_per_gj
    assert round(tonnes, 10) == Fraction(mass)
    published = shipped().factors[f"cn-gbt-32151-34-2024:{record}"]
    assert (published.unit, dict(published.gases)["CO2"]) == (per, tonnes * 1000), fuel


@pytest.mark.parametrize(
    ("gas", "in_unit", "value"),
    [
        ("CO2", "kgC/kg", Fraction(44, 12)),
        ("CO2", "kg C/kg", Fraction(44, 12)),
        ("CO2", "kg CO2-C/kg", Fraction(44, 12)),
        ("CH4", "kgC/kg", Fraction(16, 12)),
        ("CH4_BIOGENIC", "kgC/kg", Fraction(16, 12)),
        ("N2O", "kgN/kgN", Fraction(44, 28)),
        ("N2O", "kg N2O-N/kg N", Fraction(44, 28)),
        ("N2O", "kgN2O/kg", Fraction(1)),
        ("N2O", "kgC/kg", Fraction(1)),
        ("CO2", "kgCO2/kg", Fraction(1)),
        ("CO2E", "kgC/kg", Fraction(1)),
        ("CH4", "kg CH4/kg COD", Fraction(1)),
    ],
)
def test_an_element_becomes_the_gas_by_molar_masses(gas: str, in_unit: str, value: Fraction) -> None:
    assert kilograms_per([term("1", in_unit)], gas, unit("kg")) == value


def test_a_chain_that_turns_carbon_into_the_gas_itself_is_not_turned_again() -> None:
    carbon, explicit = term("0.0202", "tC/GJ"), term("3.5", "tCO2/tC")
    expected = Fraction("0.0202") * Fraction("3.5") * 1000
    for chain in ([carbon, explicit], [explicit, carbon]):
        assert kilograms_per(chain, "CO2", unit("GJ")) == expected


@pytest.mark.parametrize(
    ("chain", "gas", "per", "value"),
    [
        ([("0.5306", "kgCO2/kWh")], "CO2", "MWh", Fraction("530.6")),
        ([("819.7", "lb/MWh")], "CO2", "MWh", Fraction("819.7") * Fraction("0.45359237")),
        ([("53.06", "kgCO2/mmBtu"), ("1026", "Btu/scf")], "CO2", "scf", Fraction("53.06") * 1026 / 10**6),
        ([("0.25", "kg CH4/kg COD"), ("0.5", "fraction")], "CH4", "kg", Fraction("0.125")),
        ([("3.1", "tCO2/t")], "CO2", "t", Fraction(3100)),
        ([("1.1", "t/t"), ("3", "t/t")], "CO2E", "kg", Fraction("3.3")),
        ([("0.4", "kgCO2e/GBP_2009")], "CO2E", "10^4GBP_2009", Fraction(4000)),
    ],
)
def test_products_in_the_units_of_publishers(chain: list[tuple[str, str]], gas: str, per: str, value: Fraction) -> None:
    assert kilograms_per([term(*pair) for pair in chain], gas, unit(per)) == value


@pytest.mark.parametrize(
    ("value", "in_unit", "said"),
    [("101", "%", "101 %"), ("1.01", "fraction", "1.01 fraction"), ("1.5", "share", "1.5 share"), ("2", "1", "2 1")],
)
def test_a_fraction_above_one_is_refused(value: str, in_unit: str, said: str) -> None:
    chain = [term("42.652", "GJ/t"), term("0.0202", "tC/GJ"), term(value, in_unit, OF)]
    with pytest.raises(BadChain) as caught:
        kilograms_per(chain, "CO2", unit("t"))
    assert str(caught.value) == f"fraction out of range: OF is {said}, accepted is 0 to 1 (0 % to 100 %)"
    assert caught.value.term == OF


@pytest.mark.parametrize("value", ["0", "1", "0.5"])
def test_a_fraction_of_zero_to_one_is_accepted(value: str) -> None:
    assert kilograms_per([term("2", "kg/kg"), term(value, "fraction")], "CO2", unit("kg")) == 2 * Fraction(value)


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        ([("0.0153", "tC/GJ")], "the terms times one t leave energy^-1 mass^2; they must leave a mass of gas"),
        ([("42.652", "GJ/t")], "the terms times one t leave energy; they must leave a mass of gas"),
        ([("1", "/t")], "the terms times one t leave a bare number; they must leave a mass of gas"),
        ([("-1", "kgCO2/t")], "EF is -1 kgCO2/t; a term of a factor is not negative"),
        ([("1", "kgCO2/gallon")], "EF: 'gallon' is not a unit of the table; near it are gal"),
        ([("1", "kg CO2/ton")], "EF: 'ton' is not a unit of the table"),
        ([("1", "kgCO2/trip")], "EF: 'trip' is not a unit of the table"),
        ([], "no term is given for CO2; a factor needs at least one, such as 2.5 kgCO2/t"),
    ],
)
def test_a_chain_that_leaves_no_mass_is_refused(chain: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(BadChain) as caught:
        kilograms_per([term(*pair) for pair in chain], "CO2", unit("t"))
    assert str(caught.value).startswith(message)


def test_a_gas_the_catalogue_does_not_know_is_refused() -> None:
    with pytest.raises(UnknownGas):
        kilograms_per([term("1", "kg/kg")], "phlogiston", unit("kg"))


@pytest.mark.parametrize(
    ("text", "substance", "per_substance"),
    [
        ("tC/TJ", "C", ""),
        ("kg CO2/mmBtu", "CO2", ""),
        ("g N2O/passenger.yr", "N2O", ""),
        ("tCO2/t CaCO3", "CO2", "CaCO3"),
        ("lb CO2/MWh", "CO2", ""),
        ("kg N/kg protein", "N", "protein"),
        ("t HFC-134a", "HFC-134a", ""),
        ("tce", "", ""),
        ("GJ/tce", "", ""),
        ("/yr", "", ""),
        ("per year", "", ""),
        ("kgCO2 per km", "CO2", ""),
        ("kgCO2e/Room per night", "CO2e", ""),
    ],
)
def test_a_unit_may_name_the_substances_of_its_masses(text: str, substance: str, per_substance: str) -> None:
    found = labelled_unit(text)
    assert (found.substance, found.per_substance) == (substance, per_substance)


@pytest.mark.parametrize("text", ["gas", "gallon", "ton", "trip", "kgcoal", "MWhC", "LCO2", ""])
def test_the_rest_of_a_word_is_no_label(text: str) -> None:
    with pytest.raises(UnknownUnit):
        labelled_unit(text)


@pytest.mark.parametrize(
    ("value", "of", "terms", "quantity", "base"),
    [
        ("5", "t", [("100", "km")], Fraction(500_000), "kg.km"),
        ("120", "passenger", [("35.5", "km")], Fraction(4260), "passenger.km"),
        ("165", "kg", [("5", "%")], Fraction(33, 4), "kg"),
        ("10", "kg", [("2", "%/yr"), ("3", "yr")], Fraction("0.6"), "kg"),
        ("50000", "m3", [("2.7", "kg COD/m3")], Fraction(135_000), "kg"),
        ("3", "room.night", [("0.5", "fraction")], Fraction(3, 2), "room.night"),
        ("7", "GBP_2009", [("0.5", "fraction")], Fraction(7, 2), "GBP_2009"),
        ("2", "t", [("1.6", "t/t")], Fraction(3200), "kg"),
    ],
)
def test_multipliers_turn_a_quantity_into_the_one_accounted_for(
    value: str, of: str, terms: list[tuple[str, str]], quantity: Fraction, base: str
) -> None:
    found, counted_in = activity_quantity(Decimal(value), unit(of), [term(*pair) for pair in terms])
    assert (found, counted_in.code) == (quantity, base)


def test_5_t_over_100_km_are_500_tonne_kilometres() -> None:
    quantity, base = activity_quantity(Decimal(5), unit("t"), [term("100", "km")])
    assert quantity * base.ratio_to(unit("t.km")) == 500


@pytest.mark.parametrize(
    ("of", "terms", "message"),
    [
        ("t", [("100", "m3")], "t times its multipliers measures mass volume, in which no activity is counted"),
        ("kg.h", [], "kg.h times its multipliers measures mass time, in which no activity is counted"),
        ("kg", [("-1", "km")], "EF is -1 km; a term of a factor is not negative"),
        ("kg", [("120", "%")], "fraction out of range: EF is 120 %"),
    ],
)
def test_multipliers_that_make_no_activity_are_refused(of: str, terms: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(BadChain) as caught:
        activity_quantity(Decimal(1), unit(of), [term(*pair) for pair in terms])
    assert str(caught.value).startswith(message)


@given(
    st.decimals(0, 10**6, places=6, allow_nan=False), st.decimals(0, 1, places=6), st.sampled_from(["t", "kg", "lb"])
)
def test_a_chain_is_linear_in_each_term(value: Decimal, share: Decimal, per: str) -> None:
    once = kilograms_per([term("1", "kgCO2/kg")], "CO2", unit(per))
    chain = [term(str(value), "kgCO2/kg"), term(str(share), "fraction")]
    assert kilograms_per(chain, "CO2", unit(per)) == once * Fraction(value) * Fraction(share)
