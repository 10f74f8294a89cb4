"""The rule behind a refusal, and the document and clause it rests on.

A refusal about how something is written (a unit nobody knows, a time without offset) rests on no standard and has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from accounting.consolidation import NoStake
from accounting.lines import NoSupply
from accounting.refusals import RefusalCode
from emission_factors.selection import FactorConflict, Reason, SelectionError

_CORPORATE: Final = "GHG Protocol Corporate Standard (2004)"
_SCOPE_2: Final = "GHG Protocol Scope 2 Guidance (2015)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words, and where it stands."""

    text: str
    clause: str


RULES: Final[Mapping[RefusalCode, Rule]] = MappingProxyType(
    {
        RefusalCode.NO_FACTOR: Rule(
            "A source without an emission factor is missing from the total, it is not zero",
            f"{_CORPORATE}, chapter 1, completeness; GB/T 32150-2025 cl. 7.4, priority of factors",
        ),
        RefusalCode.FACTOR_CONFLICT: Rule(
            "One factor must follow from the order of priority",
            f"{_CORPORATE}, chapter 1, consistency; GB/T 32150-2025 cl. 7.4, priority of factors",
        ),
        RefusalCode.MISSING_PROPERTY: Rule(
            "A quantity is converted by a density or calorific value that is published or measured, never by a guess",
            "2006 IPCC Guidelines, volume 2, 1.4.1; GB/T 32150-2025 cl. 7.4",
        ),
        RefusalCode.PRICE_YEAR_MISSING: Rule(
            "Spend and its factor must be at prices of one year",
            "GHG Protocol Technical Guidance for Calculating Scope 3 Emissions (2013), category 1, spend-based method",
        ),
        RefusalCode.NO_STAKE: Rule(
            "An operation is consolidated by the share the boundary gives of it", f"{_CORPORATE}, chapter 3"
        ),
        RefusalCode.NO_SUPPLY: Rule(
            "What a neighbour supplies counts by the neighbour's own fuel and purchases",
            f"{_SCOPE_2}, chapter 6, supplier-specific rates",
        ),
        RefusalCode.ZERO_FACTOR_NEEDS_EVIDENCE: Rule(
            "Purchased energy counts zero by evidence only",
            f"{_SCOPE_2}, table 7.1; GB/T 32151.34-2024 appendix D",
        ),
        RefusalCode.DUPLICATE_PATH: Rule("A source counts once", f"{_CORPORATE}, chapter 1, accuracy"),
        RefusalCode.NEGATIVE_BALANCE: Rule(
            "No more carbon leaves a process than enters it", "GB/T 32150-2025 cl. 7.2.3, material balance"
        ),
        RefusalCode.OUTSIDE_TABLE: Rule(
            "Enthalpy is read within the tables", "GB/T 32151.34-2024 appendix C, tables C.4 and C.5"
        ),
        RefusalCode.BAD_INSTRUMENT: Rule("An instrument meets the quality criteria", f"{_SCOPE_2}, table 7.1"),
        RefusalCode.INSTRUMENT_CANCELLED: Rule(
            "A certificate is cancelled once", f"{_SCOPE_2}, table 7.1 (2) and (3); 国能发新能规〔2024〕67号"
        ),
        RefusalCode.INSTRUMENT_SOLD: Rule("Who sold a certificate has no claim left", f"{_SCOPE_2}, table 7.1 (7)"),
        RefusalCode.INSTRUMENT_NOT_TRANSFERABLE: Rule(
            "Certificates change hands while they are valid and tradable; contracts and self-use do not",
            "国能发新能规〔2024〕67号; 发改能源〔2023〕1044号",
        ),
        RefusalCode.INSTRUMENT_MOVED: Rule(
            "What went to another keeps what it was when it went", f"{_SCOPE_2}, table 7.1 (2) and (7)"
        ),
        RefusalCode.INSTRUMENT_OVERDRAWN: Rule(
            "A MWh conveys its attribute once", f"{_SCOPE_2}, table 7.1 (2); 国能发新能规〔2024〕67号"
        ),
    }
)
"""Code -> the rule behind it. A gas that a regime does not count is refused by the clause of the regime."""


def clause_of(code: RefusalCode) -> str:
    """Return document and clause of the rule behind a code; empty where it rests on no standard."""
    rule = RULES.get(code)
    return rule.clause if rule else ""


def cited(code: RefusalCode, message: str) -> str:
    """Return a message with the rule behind its code, and the clause."""
    rule = RULES[code]
    return f"{message}. {rule.text} ({rule.clause})"


def code_of(error: SelectionError | NoStake | NoSupply) -> RefusalCode:
    """Return why a line is missing: where a candidate failed for its unit alone, a property of the substance is."""
    if isinstance(error, NoStake):
        return RefusalCode.NO_STAKE
    if isinstance(error, NoSupply):
        return RefusalCode.NO_SUPPLY
    if isinstance(error, FactorConflict):
        return RefusalCode.FACTOR_CONFLICT
    is_near = any(verdict.reason is Reason.UNIT for verdict in error.verdicts)
    is_money = error.wanted.unit.dimension == "money"  # no property of a substance turns prices of years into another
    return RefusalCode.MISSING_PROPERTY if is_near and not is_money else RefusalCode.NO_FACTOR
