"""Formulas compared with rules at made-up points."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

from api.cases.formulas import Branch, Formula, Rule, UnreadableFormula, Values, is_rule

OWN = {"A": Decimal(3), "B": Decimal(5), "R": Decimal(-2)}
ONE = Fraction(1)


def agrees(text: str, rule: Rule, branch: Branch | None = None, sizes: Mapping[str, Fraction] | None = None) -> bool:
    return is_rule(Formula(text), sizes or dict.fromkeys(OWN, ONE), ONE, OWN, rule, branch)


def share(values: Values) -> Decimal:
    return values["A"] / (values["A"] + values["B"])


def left(values: Values) -> Decimal:
    return max(values["B"] - values["A"], Decimal(0))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2*A+B/2-1", "7.5"),
        ("-A**2", "-9"),
        ("max(A,B)-min(A,B)+abs(R)", "4"),
        ("sqrt(A*A)+exp(0)+log(1)", "4"),
        ("1 if A<=B else 0", "1"),
        ("1 if A>=B else 0", "0"),
        ("A<3", "0"),
        ("(B>4)+1_000*0.001", "2"),
    ],
)
def test_a_formula_is_read(text: str, value: str) -> None:
    assert Formula(text).value(OWN) == Decimal(value)


def test_names_and_constants_stand_in_order() -> None:
    found = Formula("sqrt(B*2.50)/max(A,B,100)")
    assert (found.names, found.constants) == (("B", "A"), (Decimal("100"), Decimal("2.50")))


@pytest.mark.parametrize(
    "text", ["open(A)", "A.real", "A if B else __import__('os')", "A//B", "A == B", "'a'", "A+", "C"]
)
def test_what_is_not_read_is_named(text: str) -> None:
    with pytest.raises(UnreadableFormula):
        Formula(text).value(OWN | {"B": Decimal(0)})


def test_a_rule_is_known_however_it_is_written() -> None:
    assert agrees("A/(A+B)", share)
    assert agrees("1-B/(B+A)", share)
    assert agrees("1/(1+B/A)", share)
    assert not agrees("A/(A+2*B)", share)
    assert not agrees("B/(A+B)", share)
    assert not agrees("A/(A+B)+0.000001", share)


def test_rules_are_in_base_units() -> None:
    sizes = {"A": Fraction(1, 100), "B": ONE, "R": ONE}
    assert agrees("A/100*B", lambda values: values["A"] * values["B"], sizes=sizes)
    assert not agrees("A*B", lambda values: values["A"] * values["B"], sizes=sizes)


def test_signs_are_those_of_the_case() -> None:
    assert agrees("-R", lambda values: abs(values["R"]))
    assert not agrees("-A", lambda values: abs(values["A"]))


def test_the_side_of_a_branch_is_the_case_s() -> None:
    assert agrees("max(B-A,0)", left)
    assert not agrees("B-A", left)
    assert agrees("B-A", left, lambda values: values["B"] >= values["A"])
    assert not agrees("A-B", left, lambda values: values["B"] >= values["A"])
    assert not agrees("B-A", left, lambda values: values["A"] > 1000000)


def test_what_cannot_be_worked_out_is_no_rule() -> None:
    assert not agrees("A/(B-B)", share)
    assert not agrees("sqrt(R)", share)
