"""Cases that the service must refuse."""

from decimal import Decimal

import pytest

from api.cases.plans import Estimate, NotSupported, OwnPart, Term
from api.cases.reading import Case
from api.cases.refusals import estimates, refused_as_expected
from tests.api.cases.builders import case


def refusal(error: str, **inputs: tuple[str, str]) -> Case:
    return case("validation-error", inputs, expect_error=error)


def test_a_share_out_of_range_is_a_multiplier() -> None:
    (sent,) = estimates(refusal("fraction out of range", OF=("101", "%")))
    assert sent == Estimate(
        "process.carbon_in", Decimal(1), "t", region="CN", multipliers=(Term("OF", Decimal(101), "%"),)
    )


def test_a_zero_factor_is_sent_with_the_documents_it_has() -> None:
    inputs = {"E": ("100", "MWh"), "EF": ("0", "tCO2/MWh"), "EVIDENCE": ("2", "documents")}
    (sent,) = estimates(refusal("zero factor needs evidence", **inputs))
    assert sent.activity_type == "electricity.grid"
    assert sent.own == (OwnPart("CO2", (Term("EF", Decimal(0), "tCO2/MWh"),)),)
    assert sent.evidence == ("document 1", "document 2")


def test_one_fuel_by_volume_and_mass_is_sent_under_one_reference() -> None:
    found = estimates(refusal("duplicate accounting path", V=("2", "10^4 Nm3"), M=("15", "t")))
    assert [(item.activity_type, item.unit) for item in found] == [
        ("stationary.natural_gas", "10^4 Nm3"),
        ("stationary.natural_gas", "t"),
    ]
    assert len({item.reference for item in found}) == 1
    assert found[0].reference


def test_a_negative_quantity_is_sent_as_it_is() -> None:
    (sent,) = estimates(refusal("negative quantity", E=("-5", "MWh")))
    assert (sent.activity_type, sent.quantity) == ("electricity.grid", Decimal(-5))


def test_steam_is_sent_by_its_condition() -> None:
    (sent,) = estimates(refusal("outside table", P=("30", "MPa"), T=("700", "degC")))
    assert (sent.pressure_mpa, sent.temperature_c) == (Decimal(30), Decimal(700))


def test_parts_above_the_whole_are_sent_as_parts_of_one_material() -> None:
    found = estimates(refusal("carbonates above 100 %", M=("5", "t"), A=("70", "%"), B=("30.01", "%")))
    assert [(item.activity_type, item.quantity) for item in found] == [
        ("process.carbonate/CaCO3", Decimal(5)),
        ("process.carbonate/MgCO3", Decimal(5)),
    ]
    assert [item.multipliers for item in found] == [
        (Term("A", Decimal(70), "%"),),
        (Term("B", Decimal("30.01"), "%"),),
    ]
    assert {item.reference for item in found} == {found[0].reference} != {""}


def test_a_balance_is_sent_as_what_enters_and_what_leaves() -> None:
    inputs = {"GC": ("100", "t"), "W": ("0.1", "fraction"), "A": ("8", "t"), "B": ("3", "t"), "V": ("95", "%")}
    found = estimates(refusal("negative material balance", **inputs))
    assert [(item.activity_type, item.quantity, item.multipliers[0].name) for item in found] == [
        ("process.carbon_in", Decimal(100), "W"),
        ("process.carbon_out", Decimal(8), "V"),
        ("process.carbon_out", Decimal(3), "V"),
    ]


def test_a_case_that_gives_nothing_says_so() -> None:
    with pytest.raises(NotSupported, match="nothing that can be sent"):
        estimates(refusal("no evidence", A=("1", "documents")))


REFUSED = {"__typename": "EstimateError", "code": "OUTSIDE_TABLE", "message": "30 MPa is outside"}
ACCEPTED = {"__typename": "Estimate"}


@pytest.mark.parametrize(
    ("expected", "results", "reason"),
    [
        ("steam state outside table", [REFUSED], ""),
        ("steam state outside table", [ACCEPTED, REFUSED], ""),
        ("30 MPa is outside", [REFUSED], ""),
        ("negative quantity", [ACCEPTED], "the service accepts it"),
        (
            "negative quantity",
            [REFUSED],
            "the service refuses it for another reason: OUTSIDE_TABLE: 30 MPa is outside",
        ),
    ],
)
def test_the_refusal_must_be_the_one_expected(expected: str, results: list[dict[str, str]], reason: str) -> None:
    assert refused_as_expected(expected, results) == reason
