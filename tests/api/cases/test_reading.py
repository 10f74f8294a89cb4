"""Case files: exact digits, sources spelled out, faults named by case and field."""

from decimal import Decimal
from pathlib import Path

import pytest

from api.cases.reading import BadCaseFile, read_cases

CASE = """
cases:
- id: made-1
  title: Made
  feature: us-fuel
  source: {title: Hub, section: table 1, location: shared/factors/ipcc-2006-*.csv}
  gwp_set: AR5
  inputs:
    V: {value: 0.19359146878269065, unit: scf}
  factors:
    A: {value: 1.0e-06, unit: kgCO2/scf, source: hub table 1}
    B: {value: 1, unit: gCH4/scf, source: same}
    C: {value: 2, unit: fraction, source: same file 614965}
    D: {value: 3, unit: fraction, source: same}
  expected:
  - {name: co2, value: -148, unit: kgCO2, tolerance_abs: 1.0e-09, expression: V*A}
"""


def written(path: Path, text: str) -> Path:
    file = path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, CASE))
    assert str(case.figures["V"].value) == "0.19359146878269065"
    assert case.figures["A"].value == Decimal("0.000001")
    assert case.answers[0].value == Decimal(-148)
    assert case.answers[0].tolerance == Decimal("1e-9")


def test_sources_are_spelled_out(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, CASE))
    sources = {name: figure.source for name, figure in case.figures.items()}
    assert sources == {
        "V": "",
        "A": "hub table 1",
        "B": "hub table 1",
        "C": "ipcc-2006-*.csv 614965",
        "D": "ipcc-2006-*.csv 614965",
    }
    assert [case.figures[name].is_input for name in "VA"] == [True, False]


def test_a_relative_tolerance_is_one_of_the_value(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, CASE.replace("tolerance_abs: 1.0e-09", "tolerance_rel: 0.01")))
    assert case.answers[0].tolerance == Decimal("1.48")


def test_the_shipped_examples_are_read() -> None:
    cases = read_cases(Path(__file__).parents[2] / "cases" / "worked-examples.yaml")
    assert len(cases) == 98
    assert len({case.case_id for case in cases}) == 98
    assert sum(len(case.answers) for case in cases) == 127
    assert sum(bool(case.expect_error) for case in cases) == 3


@pytest.mark.parametrize(
    ("change", "to", "message"),
    [
        ("cases:", "examples:", "cases.yaml has no list of cases under `cases`"),
        ("  feature: us-fuel\n", "", "made-1: feature is missing"),
        ("value: 1.0e-06", "value: about 1", "made-1, factors.A, value: 'about 1' is no number"),
        ("value: 1.0e-06", "value: .inf", "made-1, factors.A, value: '.inf' is no number"),
        ("value: 1.0e-06", "value: NaN", "made-1, factors.A, value: 'NaN' is no finite number"),
        ("{value: 3, unit: fraction, source: same}", "3", "made-1, factors.D: fields are expected, found '3'"),
        (", expression: V*A", "", "made-1, expected 1: expression is missing"),
        ("    V: {value: 0.19359146878269065", "    A: {value: 1", "made-1: a name stands both under inputs and"),
        ("title: Made", "title: [Made]", "made-1, title: a text is expected"),
    ],
)
def test_faults_name_the_case_and_the_field(tmp_path: Path, change: str, to: str, message: str) -> None:
    with pytest.raises(BadCaseFile) as caught:
        read_cases(written(tmp_path, CASE.replace(change, to)))
    assert str(caught.value).startswith(message)


def test_a_case_expects_something(tmp_path: Path) -> None:
    with pytest.raises(BadCaseFile, match="made-1 expects neither an answer nor an error"):
        read_cases(written(tmp_path, CASE.partition("  expected:")[0]))


def test_what_is_no_yaml_and_no_utf_8_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadCaseFile, match=r"cases\.yaml is not YAML"):
        read_cases(written(tmp_path, "cases: [}"))
    file = tmp_path / "latin.yaml"
    file.write_bytes("cases: é".encode("latin-1"))
    with pytest.raises(BadCaseFile, match=r"latin\.yaml is not UTF-8 \(byte 7\)"):
        read_cases(file)
