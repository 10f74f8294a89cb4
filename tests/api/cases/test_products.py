"""What constants of a formula mean, told by the units."""

from decimal import Decimal

import pytest

from api.cases.expressions import expand
from api.cases.measures import measure
from api.cases.plans import Mismatch, NotSupported
from api.cases.products import Product, Turned, is_identity, products
from api.cases.reading import Case
from tests.api.cases.builders import GWP, case, figure, library

FUEL = case(
    "us-fuel", {"V": ("10", "scf"), "Z": ("0", "scf")}, {"A": ("2", "kgCO2/scf", ""), "B": ("3", "gCH4/scf", "")}
)


def made(found: Case, expression: str, unit: str) -> list[Product]:
    return products(found, expand(expression), measure(unit), library())


def names(found: list[Product]) -> list[list[str]]:
    return [[item.name for item in product.figures] for product in found]


@pytest.mark.parametrize(
    ("expression", "unit"), [("V*A/1000", "tCO2"), ("V*A", "kgCO2"), ("V*B/1000", "kg CH4"), ("V*A*2.2046", "lb")]
)
def test_constants_that_units_explain_are_dropped(expression: str, unit: str) -> None:
    assert names(made(FUEL, expression, unit)) == [list(expression.replace("*", "")[:2])]


def test_a_constant_that_units_do_not_explain_is_a_number_of_the_case() -> None:
    (half,) = made(FUEL, "V*A/2", "kgCO2")
    assert [(item.value, item.unit) for item in half.figures[2:]] == [(Decimal("0.5"), "fraction")]
    (double,) = made(FUEL, "2*V*A", "kgCO2")
    assert [(item.value, item.unit) for item in double.figures[2:]] == [(Decimal(2), "item/item")]


def test_an_input_of_zero_makes_no_product() -> None:
    assert names(made(FUEL, "(V-Z)*A", "kgCO2")) == [["V", "A"]]


@pytest.mark.parametrize(
    ("expression", "unit", "turned"),
    [
        ("M*F*44/12", "tCO2", Turned.CARBON),
        ("M*F*44/16", "tCO2", Turned.VOLATILES),
        ("M*F*16/12", "t CH4", Turned.METHANE),
        ("M*F*44/28", "t N2O", Turned.NITROGEN),
        ("M*F", "t", Turned.NOTHING),
    ],
)
def test_ratios_of_molar_masses_are_known(expression: str, unit: str, turned: Turned) -> None:
    found = case("process-emissions", {"M": ("10", "t"), "F": ("0.5", "fraction")})
    assert [product.turned for product in made(found, expression, unit)] == [turned]


def test_carbon_named_by_a_unit_is_turned_by_the_service() -> None:
    found = case("unit-chain", {"M": ("10", "lb C"), "N": ("4", "kg N")})
    assert [product.turned for product in made(found, "M*44/12/2204.6", "tCO2")] == [Turned.NOTHING]
    assert [product.turned for product in made(found, "N*44/28", "kg N2O")] == [Turned.NOTHING]


def test_a_gwp_is_taken_out_and_compared() -> None:
    found = case("waste", {"M": ("10", "t")}, {"G": ("28", "kgCO2e/kg", f"{GWP} CH4 AR5")})
    (product,) = made(found, "M*G", "tCO2e")
    assert (product.gas, product.gwp_set, product.gwp) == ("CH4", "AR5", Decimal(28))
    assert names([product]) == [["M"]]


def test_another_gwp_is_a_mismatch() -> None:
    found = case("waste", {"M": ("10", "t")}, {"G": ("29", "kgCO2e/kg", f"{GWP} CH4 AR5")})
    with pytest.raises(Mismatch, match="GWP of CH4 in AR5: the service has 28, the case 29"):
        made(found, "M*G", "tCO2e")


def test_a_share_left_of_one_is_computed_exactly() -> None:
    found = case("refrigerant", {"C": ("200", "kg"), "P": ("12.5", "%"), "S": ("0.8", "fraction")})
    (percent,) = made(found, "C*(1-P/100)", "kg")
    assert percent.figures[1].value == Decimal("0.875")
    (share,) = made(found, "C*(1-S)", "kg")
    assert (share.figures[1].name, share.figures[1].value) == ("1-S", Decimal("0.2"))


def test_a_rate_per_year_is_over_a_year() -> None:
    found = case("refrigerant", {"C": ("200", "kg"), "L": ("3", "%/yr")})
    (product,) = made(found, "C*L/100", "kg")
    assert [(item.value, item.unit) for item in product.figures[2:]] == [(Decimal(1), "yr")]


def test_units_that_do_not_cancel_are_named() -> None:
    with pytest.raises(NotSupported, match=r"the units of V, A, Q leave volume\^1"):
        made(case("x", {"V": ("1", "m3"), "A": ("1", "tCO2/GJ"), "Q": ("1", "GJ")}), "V*A*Q", "tCO2")


def test_unknown_names_are_named() -> None:
    with pytest.raises(NotSupported, match="the formula names 'W', which the case does not give"):
        made(FUEL, "V*W", "kgCO2")


@pytest.mark.parametrize(
    ("value", "unit", "source", "is_one"),
    [
        ("0.45359237", "kg/lb", "exact", True),
        ("0.4536", "kg/lb", "", True),
        ("1000", "kg/t", "", True),
        ("1.1", "t/t", "", False),
        ("0.03412", "kgce/MJ", "china-tce-coefficients-gbt2589.csv Heat", False),
        ("0.8", "kg/L", "", False),
    ],
)
def test_conversions_of_units_are_recognised(value: str, unit: str, source: str, is_one: bool) -> None:
    assert is_identity(figure("K", value, unit, source)) is is_one
