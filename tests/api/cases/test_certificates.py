"""Certificates told from the load, and the parts of an answer."""

from decimal import Decimal
from fractions import Fraction

import pytest

from api.cases.certificates import Load, Piece, Split, priced
from api.cases.planning import plan
from api.cases.plans import NotSupported, Plan
from tests.api.cases.builders import GRID, answer, case, library

RATES = {"HIGH": ("0.6096", "kgCO2/kWh", f"{GRID} 2023 全国"), "LOW": ("0.1", "kgCO2/kWh", "case input")}


def split(expression: str, unit: str, use: str = "10", held: str = "3", name: str = "market") -> Split:
    found = case("electricity-market", {"X": (use, "MWh"), "Y": (held, "MWh")}, RATES)
    made = plan(found, answer(expression, unit, name=name), library())
    assert isinstance(made, Split)
    return made


@pytest.mark.parametrize(
    ("expression", "unit", "pieces"),
    [
        ("(X-Y)*HIGH", "tCO2", (Piece("uncovered", "HIGH"),)),
        ("max(X-Y,0)*HIGH", "tCO2", (Piece("uncovered", "HIGH"),)),
        ("Y*LOW+(X-Y)*HIGH", "tCO2", (Piece("covered", "LOW"), Piece("uncovered", "HIGH"))),
        ("min(X,Y)*LOW", "tCO2", (Piece("covered", "LOW"),)),
        ("max(Y-X,0)", "MWh", (Piece("unused"),)),
        ("X-Y", "MWh", (Piece("uncovered"),)),
    ],
)
def test_each_figure_has_its_part(expression: str, unit: str, pieces: tuple[Piece, ...]) -> None:
    found = split(expression, unit, name="unused" if pieces[0].field == "unused" else "market")
    assert found.pieces == pieces
    assert (found.load, found.load_name) == (Load(Decimal(10), Decimal(3)), "X")


def test_a_difference_is_of_the_side_on_which_the_case_stands() -> None:
    found = split("Y-X", "MWh", use="3", held="10")
    assert (found.load_name, found.load) == ("Y", Load(Decimal(10), Decimal(3)))


def test_a_piece_is_an_estimate_of_its_own_mwh() -> None:
    found = split("(X-Y)*HIGH", "tCO2")
    alone, wanted = priced(found, found.pieces[0], Decimal("7.5"))
    made = plan(alone, wanted, library())
    assert isinstance(made, Plan)
    (share,) = made.shares
    assert (share.estimate.quantity, share.estimate.unit, share.sign) == (Decimal("7.5"), "MWh", 1)
    assert share.chosen == "cn-mee-electricity-2023:CN-residual"
    assert found.unit_size == Fraction(1000)


def test_what_nets_nothing_is_not_guessed() -> None:
    with pytest.raises(NotSupported, match="does not net certificates"):
        split("(X-2*Y)*HIGH", "tCO2")
