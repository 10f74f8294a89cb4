"""Units of columns as XBRL knows them: a measure of the XBRL units registry and the power of ten that leads to it.

The registry: https://www.xbrl.org/utr/utr.xml. A ratio is one unit over another; a share is pure, 25 % is 0.25.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reports.concepts import Concept, ConceptKind
from reports.rendering.errors import CannotRender


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of facts: the measures above and below the line, and the power of ten from the column's unit to it."""

    numerator: str
    denominator: str
    scale: int

    @property
    def code(self) -> str:
        """The unit's identifier within a report."""
        names = (measure.partition(":")[2] for measure in (self.numerator, self.denominator) if measure)
        return "_per_".join(names)


_MEASURES: Final = MappingProxyType(
    {
        ConceptKind.EMISSIONS: {
            "tCO2e": ("utr:tCO2e", 0),
            "tCO2": ("utr:tCO2e", 0),
            "kgCO2e": ("utr:tCO2e", -3),
            "kgCO2": ("utr:tCO2e", -3),
            "万tCO2e": ("utr:tCO2e", 4),
            "万tCO2": ("utr:tCO2e", 4),
        },
        ConceptKind.ENERGY: {
            "MWh": ("utr:MWh", 0),
            "kWh": ("utr:kWh", 0),
            "万kWh": ("utr:kWh", 4),
            "MJ": ("utr:MJ", 0),
            "GJ": ("utr:GJ", 0),
            "TJ": ("utr:TJ", 0),
        },
        ConceptKind.STANDARD_COAL: {"tce": ("utr:t", 0), "kgce": ("utr:kg", 0), "万tce": ("utr:t", 4)},
        ConceptKind.MONEY: {"CNY": ("iso4217:CNY", 0), "元": ("iso4217:CNY", 0), "万元": ("iso4217:CNY", 4)},
        ConceptKind.SHARE: {"": ("xbrli:pure", 0), "1": ("xbrli:pure", 0), "%": ("xbrli:pure", -2)},
    }
)
"""Column units by what they measure. CO2 alone has a global warming potential of one, so its mass is its CO2e."""
_RATIOS: Final = MappingProxyType(
    {
        ConceptKind.INTENSITY: ((ConceptKind.EMISSIONS,), (ConceptKind.MONEY,)),
        ConceptKind.RATIO: (
            (ConceptKind.EMISSIONS, ConceptKind.ENERGY, ConceptKind.STANDARD_COAL),
            (ConceptKind.STANDARD_COAL, ConceptKind.ENERGY),
        ),
    }
)


def unit_of(concept: Concept, column_unit: str) -> Unit:
    """Return the unit in which a fact of `concept` stands, from the unit of its column.

    Raises `CannotRender` for a unit that does not measure what the concept is.

    >>> from reports.concepts import parse_concept
    >>> unit_of(parse_concept("pk:IntensityLocationBased")[0], "tCO2e/万元")
    Unit(numerator='utr:tCO2e', denominator='iso4217:CNY', scale=-4)
    """
    found = _ratio(concept.kind, column_unit) if concept.kind in _RATIOS else _plain(concept.kind, column_unit)
    if found is None:
        raise CannotRender(
            f"pk:{concept.name} in {column_unit!r}, which is no unit of {concept.kind}; {_accepted(concept.kind)}"
        )
    return found


def _plain(kind: ConceptKind, column_unit: str) -> Unit | None:
    measure = _MEASURES.get(kind, {}).get(column_unit)
    return Unit(measure[0], "", measure[1]) if measure else None


def _ratio(kind: ConceptKind, column_unit: str) -> Unit | None:
    above, _, below = column_unit.partition("/")
    numerators = [unit for over in _RATIOS[kind][0] if (unit := _plain(over, above))]
    denominators = [unit for under in _RATIOS[kind][1] if (unit := _plain(under, below))]
    if not numerators or not denominators:
        return None
    numerator, denominator = numerators[0], denominators[0]
    return Unit(numerator.numerator, denominator.numerator, numerator.scale - denominator.scale)


def _accepted(kind: ConceptKind) -> str:
    if kind in _RATIOS:
        above, below = _RATIOS[kind]
        return f"accepted is {' or '.join(above)} over {' or '.join(below)}, such as tCO2e/万元 or tCO2/tce"
    return f"accepted are {', '.join(repr(unit) for unit in _MEASURES.get(kind, {})) or 'no units'}"
