"""What is asked of the methods, and what is read from their replies."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pytest

from api.cases.planning import plan
from api.cases.plans import NotSupported
from api.cases.questions import DOCUMENTS, Inquiry, Question, read
from api.cases.reading import Case
from api.cases.results import Unanswered
from api.client import Client, ServiceError
from tests.api.cases.builders import answer, case, library


class Replies:
    """A service that gives one reply by method, and refuses the others."""

    def __init__(self, **replies: Any) -> None:
        self.replies = {DOCUMENTS[method]: reply for method, reply in replies.items()}

    def ask(self, document: str, _: Any) -> dict[str, Any]:
        if document not in self.replies:
            raise ServiceError("it is not so")
        return {"methods": {"reply": self.replies[document]}}


def client(**replies: Any) -> Client:
    return cast("Client", Replies(**replies))


def inquiry(found: Case, expression: str, unit: str) -> Inquiry:
    made = plan(found, answer(expression, unit), library())
    assert isinstance(made, Inquiry)
    return made


@pytest.mark.parametrize(
    ("path", "value"), [("a", Fraction(1, 2)), ("b.1.c", Fraction(3)), ("yes", Fraction(1)), ("no", Fraction(0))]
)
def test_a_number_is_read_by_its_path(path: str, value: Fraction) -> None:
    reply = {"a": "0.5", "b": [{"c": "2"}, {"c": "3"}], "yes": True, "no": False}
    assert read(reply, path) == value


@pytest.mark.parametrize("path", ["a", "a.b"])
def test_what_is_none_is_said(path: str) -> None:
    with pytest.raises(Unanswered, match=f"gives no {path}"):
        read({"a": None}, path)


def test_a_reply_is_in_the_answer_s_unit() -> None:
    asked = Inquiry(Question("uncertaintyOfProduct", {}), "spread", Fraction(1000), Fraction(10))
    assert asked.answer(client(uncertaintyOfProduct={"spread": "2.5"})) == 250


def test_a_refusal_is_no_answer() -> None:
    with pytest.raises(Unanswered, match="the service refuses it: it is not so"):
        Inquiry(Question("pedigree", {}), "gsd2").answer(client())


SCORED = {
    name: (value, "coef", f"{words} score {score}")
    for name, value, words, score in (
        ("A", "1.2", "reliability", 2),
        ("B", "2", "technical", 1),
        ("D", "1.02", "geographic", 3),
        ("E", "1.0", "temporal", 5),
        ("G", "1.02", "completeness", 4),
    )
}
GSD2 = "exp(sqrt(log(A)**2+log(B)**2+log(D)**2+log(E)**2+log(G)**2))"


@pytest.mark.parametrize(("technology", "value"), [("2.00", 2), ("2.1", 3)])
def test_scores_count_if_the_set_holds_their_factors(technology: str, value: int) -> None:
    asked = inquiry(case("uncertainty", {}, SCORED), GSD2, "1")
    scores = {"reliability": 4, "technology": 5, "geography": 3, "time": 1, "completeness": 2}
    assert asked.question == Question("pedigree", {"set": "ECOINVENT_V2", "scores": scores})
    held = {"RELIABILITY": "1.20", "TECHNOLOGY": technology, "GEOGRAPHY": "1.02", "TIME": "1", "COMPLETENESS": "1.02"}
    factors = [{"indicator": name, "factor": factor} for name, factor in held.items()]
    replies = client(pedigree={"gsd2": "2", "factors": factors}, uncertaintyOfProduct={"spread": "3"})
    assert asked.answer(replies) == value


def test_a_plant_is_told_by_its_formula() -> None:
    found = case("chp-allocation", {"X": ("10", "kt"), "Y": ("1", "GWh"), "Z": ("2000", "MWh")})
    asked = inquiry(found, "X*1000*Z/(2*Y*1000+Z)", "tCO2e")
    outputs = {"heatGj": "7200", "powerMwh": "1000", "carrier": "HOT_WATER"}
    given = {"total": "10", "outputs": outputs, "rule": {"energyContent": "TWICE"}}
    assert (asked.question, asked.path) == (Question("cogeneration", given), "heat")
    assert (asked.size, asked.unit_size) == (Fraction(1000000), Fraction(1000))


def test_lines_take_the_uncertainties_that_stand_with_them() -> None:
    found = case("uncertainty", {"U": ("5", "%"), "A": ("2", "t"), "V": ("0.1", "fraction"), "B": ("-1", "t")})
    with pytest.raises(NotSupported, match="is not error propagation"):
        inquiry(found, "sqrt((A*U)**2+(B*V)**2)/(A+B)", "%")  # a fraction is no percent
    found = case("uncertainty", {"U": ("5", "%"), "A": ("2", "t"), "V": ("10", "%"), "B": ("-1", "t")})
    asked = inquiry(found, "sqrt((U*A)**2+(V*B)**2)/abs(A+B)", "%")
    lines = [(line["name"], line["emission"], line["inputs"]) for line in asked.question.given["lines"]]
    assert sorted(lines) == [
        ("A", "2", [{"code": "U", "spread": "5"}]),
        ("B", "-1", [{"code": "V", "spread": "10"}]),
    ]


@pytest.mark.parametrize(
    ("found", "expression", "unit"),
    [
        (case("chp-allocation", {"E": ("1", "t"), "P": ("1", "MWh"), "H": ("1", "MWh")}), "E*P/(3*P+H)", "t"),
        (case("pcf-allocation", {"T": ("1", "t"), "A": ("1", "m3"), "B": ("1", "m3")}), "T*A/(A+B)", "t"),
        (case("pcf-quality", {"A": ("0.5", "share")}, {"R": ("2", "rating", "")}), "A*R", "1"),
        (case("park-totals", {"E": ("9", "tCO2"), "T": ("9", "tce"), "L": ("2", "tCO2/tce")}), "E-L*T", "tCO2"),
        (case("uncertainty", {"A": ("1", "%")}), "A+X", "%"),
    ],
)
def test_what_no_rule_is_stays_unsupported(found: Case, expression: str, unit: str) -> None:
    with pytest.raises(NotSupported):
        inquiry(found, expression, unit)


def test_worth_is_quantity_times_price() -> None:
    inputs = {"T": ("1", "t"), "M": ("2", "t"), "P": ("3", "CNY/kg"), "N": ("4", "t"), "Q": ("5", "CNY/kg")}
    asked = inquiry(case("pcf-allocation", inputs), "T*M*P/(M*P+N*Q)", "t")
    products = asked.question.given["products"]
    assert [(one["code"], Decimal(one["value"]), one["currency"]) for one in products] == [
        ("M", Decimal(6000), "CNY"),
        ("N", Decimal(20000), "CNY"),
    ]
