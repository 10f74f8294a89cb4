"""Loading checks: what a figure must agree with before it is trusted. Pure functions that return findings.

Published data contain errors (the EPA prints 3104 for R-424A, its own composition gives 2212), so a finding is no
exception: it is listed, and one that has been looked at is explained in `data/known_findings.csv`. A finding that is
not there is new, and a test fails.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import Final

from emission_factors import datasets, gases, regions
from emission_factors.activity_types import ActivityType
from emission_factors.chains import CARBON_TO_GAS, labelled_unit
from emission_factors.decimals import plain, rounded
from emission_factors.factors import Dataset, Factor, GasBasis, Status
from emission_factors.gases import GwpSet
from emission_factors.properties import Property
from emission_factors.releases import ParsedDataset
from emission_factors.selection import METRIC
from emission_factors.steam import Point
from emission_factors.units import UnknownUnit, unit

STANDARD_COAL_KJ: Final = Decimal("29307.6")
"""kJ per kgce (GB/T 2589-2020)."""
TCE_TOLERANCE: Final = Fraction(1, 1000)
CARBON_TOLERANCE: Final = Fraction(1, 100)
BLEND_TOLERANCE: Final = 1
ENTHALPY_TOLERANCE: Final = Fraction(2, 1000)
ENTHALPY_TOLERANCE_KJ: Final = 4
"""A cell passes within either: 0.2 %, or 4 kJ/kg where enthalpies are small."""
EDITION_TOLERANCE: Final = Fraction(30, 100)
FIVE_DECIMALS: Final = Fraction(5, 1000000)


class Code(StrEnum):
    """What was found."""

    GAS_PARTS = "GAS_PARTS"
    """The gas parts do not add up to the printed total, beyond rounding."""
    BLEND_GWP = "BLEND_GWP"
    """A publisher's GWP of a blend is not that of its components."""
    TCE_COEFFICIENT = "TCE_COEFFICIENT"
    """A standard-coal coefficient does not follow from the calorific value beside it."""
    CARBON_CONTENT = "CARBON_CONTENT"
    """A CO2 factor does not follow from the carbon content beside it."""
    ENTHALPY = "ENTHALPY"
    """A printed enthalpy differs from the physical one."""
    PREVIOUS_EDITION = "PREVIOUS_EDITION"
    """A figure moved by more than 30 % since the edition before."""
    EQUALLY_GOOD = "EQUALLY_GOOD"
    """Two factors answer one question equally well; selection would refuse both."""
    UNASKED_KIND = "UNASKED_KIND"
    """A factor has a kind that no inventory line asks for."""
    UNREADABLE_ROW = "UNREADABLE_ROW"
    """A row is no factor or no property: an unknown unit, region, gas or number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: what, about which factor, row or table cell, and both figures in words."""

    code: Code
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding that has been looked at; `*` in its subject stands for any text, for findings of one cause."""

    code: Code
    subject: str
    explanation: str

    def explains(self, finding: Finding) -> bool:
        """Whether this is the explanation of a finding."""
        return finding.code is self.code and fnmatchcase(finding.subject, self.subject)


@dataclass(frozen=True, slots=True)
class PrintedGwp:
    """A GWP of a blend as a publisher prints it."""

    blend: str
    gwp_set: GwpSet
    value: Decimal
    source: str


def check_catalogue(
    members: Mapping[str, ParsedDataset],
    activity_types: Sequence[ActivityType],
    points: Sequence[Point],
    printed_blends: Iterable[PrintedGwp] = (),
) -> list[Finding]:
    """Run every check over parsed data sets, the steam tables and publishers' blend GWPs."""
    factors = [factor for member in members.values() for factor in member.factors]
    found: list[Finding] = []
    for factor in factors:
        found += gas_parts(factor)
    for member in members.values():
        found += standard_coal(member.properties)
        found += carbon_content(member.factors, member.properties)
        if member.dataset.supersedes in members:
            found += previous_edition(members[member.dataset.supersedes].factors, member.factors)
    found += equally_good(factors)
    found += unasked_kinds(factors, activity_types)
    found += enthalpies(points)
    found += blend_gwps(printed_blends)
    return found


def gas_parts(factor: Factor) -> list[Finding]:
    """Compare the gas parts of a factor with its printed total, where it prints both."""
    parts = _weighted_parts(factor)
    if factor.co2e is None or not parts:
        return []
    total = sum((value * weight for value, weight in parts), Fraction(0))
    rounding = sum((_half_place(value) * weight for value, weight in parts), _half_place(factor.co2e))
    if abs(total - factor.co2e) <= rounding:
        return []
    message = f"the parts add up to {_text(total)} kg CO2e, the printed total is {_text(factor.co2e)}"
    return [Finding(Code.GAS_PARTS, factor.factor_id, message)]


def blend_gwps(printed: Iterable[PrintedGwp]) -> list[Finding]:
    """Compare publishers' GWPs of blends with those of the components, to within 1."""
    found = []
    for item in printed:
        computed = gases.blend_gwp(item.blend, item.gwp_set)
        if abs(computed - item.value) > BLEND_TOLERANCE:
            message = f"{item.source} prints {item.value}, the composition gives {plain(computed)}"
            found.append(Finding(Code.BLEND_GWP, f"{item.blend} {item.gwp_set}", message))
    return found


def standard_coal(properties: Sequence[Property]) -> list[Finding]:
    """Compare each standard-coal coefficient of a data set with its calorific value / 29 307.6 kJ."""
    found = []
    for coefficient, energy in _beside(properties, "TCE", ("NCV", "ENERGY_EQUIVALENT")):
        for printed, content in dict.fromkeys(zip(_ends(coefficient), _ends(energy), strict=True)):
            kilojoules = Fraction(content) * unit(energy.unit.partition("/")[0]).ratio_to(unit("kJ"))
            computed = kilojoules / Fraction(STANDARD_COAL_KJ)
            if abs(Fraction(printed) - computed) > computed * TCE_TOLERANCE:
                message = (
                    f"prints {printed} {coefficient.unit}, {content} {energy.unit} / 29307.6 gives {_text(computed)}"
                )
                found.append(Finding(Code.TCE_COEFFICIENT, coefficient.property_id, message))
    return found


def carbon_content(factors: Sequence[Factor], properties: Sequence[Property]) -> list[Finding]:
    """Compare CO2 per energy with the same data set's carbon content x 44/12, to within 1 %."""
    contents = {item.substance: item for item in properties if item.name == "CARBON_CONTENT"}
    found = []
    for factor in factors:
        content = next((contents[name] for name in _burnt(factor) if name in contents), None)
        printed = dict(factor.gases).get(gases.CO2, factor.co2_biogenic)
        if content is None or printed is None or unit(factor.unit).dimension != "energy":
            continue
        per_unit = labelled_unit(content.unit).to_base * unit(factor.unit).to_base
        computed = Fraction(content.value) * per_unit * CARBON_TO_GAS[gases.CO2]
        if abs(printed - computed) > computed * CARBON_TOLERANCE:
            message = (
                f"prints {_text(printed)} kg CO2 per {factor.unit}, {content.value} {content.unit} x 44/12 gives "
                f"{_text(computed)}"
            )
            found.append(Finding(Code.CARBON_CONTENT, factor.factor_id, message))
    return found


def enthalpies(points: Iterable[Point]) -> list[Finding]:
    """Compare each cell of the steam tables with IAPWS-IF97: within 0.2 % or 4 kJ/kg, and flagged if it is not."""
    found = []
    for point in points:
        difference = abs(point.enthalpy - point.physical)
        is_off = (
            difference > ENTHALPY_TOLERANCE_KJ and Fraction(difference) > Fraction(point.physical) * ENTHALPY_TOLERANCE
        )
        if is_off or point.is_suspect:
            flag = "flagged" if point.is_suspect else "not flagged"
            message = f"prints {point.enthalpy} kJ/kg, IAPWS-IF97 gives {point.physical}; {flag}"
            subject = f"{point.table} {point.pressure_mpa} MPa {point.temperature_c} degC"
            found.append(Finding(Code.ENTHALPY, subject, message))
    return found


def previous_edition(before: Iterable[Factor], after: Iterable[Factor]) -> list[Finding]:
    """Compare figures of the same record and unit in two editions; a change of more than 30 % is flagged."""
    earlier = {_record(factor): factor for factor in before}
    found = []
    for factor in after:
        old = earlier.get(_record(factor))
        if old is None or old.unit != factor.unit or old.basis is not factor.basis:
            continue
        was, now = _headline(old), _headline(factor)
        if was != now and abs(now - was) > abs(was) * EDITION_TOLERANCE:
            message = f"{_text(was)} in {old.dataset.dataset_id}, now {_text(now)} kg per {factor.unit}"
            found.append(Finding(Code.PREVIOUS_EDITION, factor.factor_id, message))
    return found


def equally_good(factors: Iterable[Factor]) -> list[Finding]:
    """Find factors between which selection could not decide.

    They share a kind, region, data year, purpose, sector and calibre, and a quantity converts into either unit alike.
    """
    rivals: dict[tuple[object, ...], list[str]] = {}
    for factor in factors:
        if factor.status is not Status.QUARANTINED:
            for question in _questions(factor):
                rivals.setdefault(question, []).append(factor.factor_id)
    pairs: dict[str, list[str]] = {}
    for question, names in rivals.items():
        if len(names) > 1:
            pairs.setdefault(" and ".join(names), []).append(str(question[0]))
    return [
        Finding(Code.EQUALLY_GOOD, subject, f"both are for {', '.join(dict.fromkeys(kinds))}")
        for subject, kinds in pairs.items()
    ]


def unasked_kinds(factors: Iterable[Factor], activity_types: Iterable[ActivityType]) -> list[Finding]:
    """Find kinds that no inventory line asks for; a line's `a>b` asks for both, `{q}` stands for any qualifier."""
    asked = re.compile("|".join(sorted(_patterns(activity_types))))
    users: dict[str, str] = {}
    for factor in factors:
        for kind in factor.kinds:
            users.setdefault(kind, factor.factor_id)
    return [
        Finding(Code.UNASKED_KIND, kind, f"no inventory line asks for it; the first factor of it is {user}")
        for kind, user in users.items()
        if not asked.fullmatch(kind)
    ]


def unreadable_factors(dataset: Dataset, text: str) -> list[Finding]:
    """Read every row of a data set file on its own and return those that are no factors."""
    found = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            datasets.factor_of(dataset, row)
        except datasets.BadRow as error:
            found.append(Finding(Code.UNREADABLE_ROW, f"{dataset.dataset_id} row {number}", str(error)))
    return found


def unreadable_properties(properties: Iterable[Property]) -> list[Finding]:
    """Return the properties whose unit or region is none of the tables, or whose range is upside down."""
    found = []
    for item in properties:
        try:
            labelled_unit(item.unit)
            regions.region(item.region)
        except (UnknownUnit, regions.UnknownRegion) as error:
            found.append(Finding(Code.UNREADABLE_ROW, item.property_id, str(error)))
        if item.value_high is not None and item.value_high < item.value:
            message = f"the range {item.value} to {item.value_high} is upside down"
            found.append(Finding(Code.UNREADABLE_ROW, item.property_id, message))
    return found


def read_known(lines: Iterable[str]) -> list[Explained]:
    """Read `known_findings.csv`."""
    return [Explained(Code(row["code"]), row["subject"], row["explanation"]) for row in csv.DictReader(lines)]


def new_findings(found: Iterable[Finding], known: Sequence[Explained]) -> list[Finding]:
    """Return the findings nobody has explained yet."""
    return [finding for finding in found if not any(item.explains(finding) for item in known)]


def outlived(found: Sequence[Finding], known: Iterable[Explained]) -> list[Explained]:
    """Return the explanations of which nothing is found any more."""
    return [item for item in known if not any(item.explains(finding) for finding in found)]


def _weighted_parts(factor: Factor) -> list[tuple[Fraction, Fraction]]:
    """Return (printed part, kg CO2e per unit of it): 1 for parts in CO2e, the publisher's GWP for masses."""
    if factor.basis is GasBasis.CO2E_BY_GAS:
        return [(value, Fraction(1)) for _, value in factor.gases]
    if factor.basis is not GasBasis.GAS_MASSES or factor.gwp_set is None:
        return []
    return [(value, Fraction(gases.gwp(name, factor.gwp_set).value)) for name, value in factor.gases]


def _half_place(value: Fraction) -> Fraction:
    """Return half a unit in the last place a figure was printed to.

    Idle zeros are lost, so a round figure claims less than it was printed to: at most 1 % is granted, and at least the
    five decimals that the publishers here print.
    """
    exponent = rounded(value).normalize().as_tuple().exponent
    own = Fraction(10) ** exponent / 2 if isinstance(exponent, int) else Fraction(0)
    return max(FIVE_DECIMALS, min(own, abs(value) / 100))


def _text(value: Fraction) -> str:
    """Write a figure for a message, at most eight significant digits."""
    return plain(Decimal(f"{rounded(value):.8g}"))


def _beside(properties: Sequence[Property], name: str, others: tuple[str, ...]) -> Iterator[tuple[Property, Property]]:
    """Yield properties of a name with those of other names that are of the same substance and per the same unit."""
    for item in properties:
        for other in properties:
            is_match = item.name == name and other.name in others and item.substance == other.substance
            if is_match and item.unit.partition("/")[2] == other.unit.partition("/")[2]:
                yield item, other


def _ends(item: Property) -> tuple[Decimal, Decimal]:
    return item.value, item.value if item.value_high is None else item.value_high


def _burnt(factor: Factor) -> list[str]:
    """Return the substances whose combustion a factor is for."""
    found = (re.fullmatch(r"fuel\.(.+)\.combustion", kind) for kind in factor.kinds)
    return [match[1] for match in found if match]


def _record(factor: Factor) -> str:
    return factor.factor_id.partition(":")[2]


def _headline(factor: Factor) -> Fraction:
    """Return the figure of a factor that a reader would quote: its total, else its CO2, else all its gases together."""
    if factor.co2e is not None:
        return factor.co2e
    masses = dict(factor.gases)
    if gases.CO2 in masses:
        return masses[gases.CO2]
    return sum(masses.values(), factor.co2_biogenic or Fraction(0))


def _questions(factor: Factor) -> Iterator[tuple[object, ...]]:
    per = unit(factor.unit)
    for kind in factor.kinds:
        for purpose in sorted(factor.purposes):
            yield (
                kind,
                factor.region,
                factor.data_year,
                purpose,
                factor.sector,
                factor.calibre,
                per.powers,
                factor.unit in METRIC,
            )


def _patterns(activity_types: Iterable[ActivityType]) -> set[str]:
    asked = {
        kind
        for activity in activity_types
        for line in activity.lines
        for kind in (*line.kind.split(">"), line.complement)
        if kind
    }
    return {re.escape(kind).replace(re.escape("{q}"), ".+") for kind in asked}
