"""Formulas as sums of products."""

from fractions import Fraction

import pytest

from api.cases.expressions import Monomial, NotASumOfProducts, expand


def written(text: str) -> list[str]:
    """Write each product as `coefficient name^power ...`."""
    return [
        " ".join([str(item.coefficient), *(name if power == 1 else f"{name}^{power}" for name, power in item.powers)])
        for item in expand(text).monomials
    ]


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("AD*NCV*CC*OF*44/12", ["11/3 AD NCV CC OF"]),
        ("V*(A+B/1000*GC)/1000", ["1/1000 V A", "1/1000000 V B GC"]),
        ("(GC*W-(CC+U)*X)*44/12", ["11/3 GC W", "-11/3 CC X", "-11/3 U X"]),
        ("(H+F)/2", ["1/2 H", "1/2 F"]),
        ("M*1000*H*1e-6*EF", ["1/1000 M H EF"]),
        ("E*B-E*A", ["1 E B", "-1 E A"]),
        ("-A+A", []),
        ("D/M*E", ["1 D M^-1 E"]),
        ("(A+B)**2", ["1 A^2", "2 A B", "1 B^2"]),
        ("(P-1.7)/(1.8-1.7)*(B-A)", ["10 P B", "-10 P A", "-17 B", "17 A"]),
        ("2204.6*A", ["11023/5 A"]),
    ],
)
def test_a_formula_is_multiplied_out(text: str, products: list[str]) -> None:
    assert written(text) == products


def test_the_share_that_is_left_stays_whole() -> None:
    found = expand("CH*REM*(1-REC)*G")
    assert found.monomials == (Monomial(Fraction(1), (("CH", 1), ("REM", 1), ("1-REC", 1), ("G", 1))),)
    assert found.complements == {"1-REC": Monomial(Fraction(1), (("REC", 1),))}


def test_a_percentage_left_of_one_stays_whole() -> None:
    found = expand("P/100*A+(1-P/100)*B")
    assert written("P/100*A+(1-P/100)*B") == ["1/100 P A", "1 1-P/100 B"]
    assert found.complements == {"1-P/100": Monomial(Fraction(1, 100), (("P", 1),))}


def test_numbers_of_a_formula_are_exact() -> None:
    assert expand("M*(T-20)*4.1868/1000").constants == {Fraction(20), Fraction("4.1868"), Fraction(1000)}
    assert expand("0.1*A").monomials[0].coefficient == Fraction(1, 10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max(E-CERT,0)*RES", "max(E-CERT,0) is no sum of products"),
        ("T*A/(A+B)", "it divides by A+B, a sum"),
        ("sqrt(A**2+B**2)", "sqrt(A**2+B**2) is no sum of products"),
        ("1 if A<=L else 0", "1 if A<=L else 0 is no sum of products"),
        ("A**B", "A**B is no sum of products"),
        ("A**0.5", "A**0.5 is no sum of products"),
        ("A/0", "it divides by 0, a sum"),
        ("A*True", "True is no number"),
        ("A*'b'", "'b' is no number"),
        ("A+", "'A+' is no formula"),
        ("__import__('os')", "__import__('os') is no sum of products"),
    ],
)
def test_what_is_no_sum_of_products_is_named(text: str, message: str) -> None:
    with pytest.raises(NotASumOfProducts) as caught:
        expand(text)
    assert str(caught.value).startswith(message)
