"""The examples in docstrings of the pure layers are run."""

import doctest
import importlib
import pkgutil

import pytest

import accounting
import emission_factors
import proofs
import reports

MODULES = [
    found.name
    for package in (emission_factors, accounting, reports, proofs)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_say(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_the_modules_of_the_arithmetic_have_examples() -> None:
    counts = {name: doctest.testmod(importlib.import_module(name)).attempted for name in MODULES}
    shown = {name for name, count in counts.items() if count}
    assert shown >= {f"emission_factors.{name}" for name in ("decimals", "units", "gases", "regions", "steam")}
