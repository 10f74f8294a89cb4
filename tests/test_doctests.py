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


def examples_of(name: str) -> list[doctest.DocTest]:
    """Return the docstrings of a module that show something; to start on one of the others takes as long."""
    return [found for found in doctest.DocTestFinder().find(importlib.import_module(name)) if found.examples]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_say(name: str) -> None:
    runner = doctest.DocTestRunner()
    for found in examples_of(name):
        runner.run(found)
    assert runner.summarize().failed == 0


def test_the_modules_of_the_arithmetic_have_examples() -> None:
    shown = {name for name in MODULES if examples_of(name)}
    assert shown >= {f"emission_factors.{name}" for name in ("decimals", "units", "gases", "regions", "steam")}
