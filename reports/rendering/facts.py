"""Facts of an inline XBRL report: which cells report what, in which context and unit, and that no two disagree."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from emission_factors.decimals import EXACT
from reports.concepts import Concept, ConceptKind, Member, UnknownConcept, parse_concept
from reports.document import Value
from reports.rendering.errors import CannotRender
from reports.rendering.numbers import grouped, places_kept
from reports.rendering.units import Unit, unit_of
from reports.rendering.xml_text import element, text


@dataclass(slots=True)
class Facts:
    """The facts met so far, with the contexts and units that they need, in the order of their first use."""

    contexts: list[tuple[Member, ...]] = field(default_factory=lambda: [()])
    units: list[Unit] = field(default_factory=list)
    _values: dict[tuple[str, tuple[Member, ...], str], object] = field(default_factory=dict)

    def cell(self, spelled: str, value: Value, column_unit: str, shown: str) -> str:
        """Return a cell as XHTML: its text alone, or tagged with the concept that it reports.

        `shown` is the value as a page shows it, rounded by the rule. A cell without a value is no fact. Raises
        `CannotRender` for an unknown concept, a value or unit that is not of its kind, a fact stated before with
        another value.
        """
        if not spelled or value is None:
            return text(shown)
        try:
            concept, members = parse_concept(spelled)
        except UnknownConcept as error:
            raise CannotRender(str(error)) from error
        kind = Decimal if concept.kind not in _TEXTUAL else date if concept.kind is ConceptKind.DAY else str
        if not isinstance(value, kind):
            raise CannotRender(f"{spelled} is a {concept.kind} and cannot be {value!r}")
        if isinstance(value, Decimal):
            return self._number(concept, members, value, column_unit, shown)
        self._stated(spelled, members, "", value)
        attributes = {"name": f"pk:{concept.name}", "contextRef": self._context(members)}
        return element("ix:nonNumeric", attributes, text(shown))

    def _number(
        self, concept: Concept, members: tuple[Member, ...], value: Decimal, column_unit: str, shown: str
    ) -> str:
        unit = unit_of(concept, column_unit)
        self._stated(concept.name, members, unit.code, value.scaleb(unit.scale, EXACT))
        if unit.code not in [known.code for known in self.units]:
            self.units.append(unit)
        attributes = {
            "name": f"pk:{concept.name}",
            "contextRef": self._context(members),
            "unitRef": unit.code,
            "decimals": str(places_kept(value) - unit.scale),
            "scale": str(unit.scale),
            "format": "ixt:num-dot-decimal",
            **({"sign": "-"} if shown.startswith("-") else {}),
        }
        sign, digits = ("-", shown[1:]) if shown.startswith("-") else ("", shown)
        return sign + element("ix:nonFraction", attributes, text(digits))

    def _context(self, members: tuple[Member, ...]) -> str:
        if members not in self.contexts:
            self.contexts.append(members)
        return f"c{self.contexts.index(members)}"

    def _stated(self, name: str, members: tuple[Member, ...], unit: str, value: object) -> None:
        known = self._values.setdefault((name, members, unit), value)
        if known != value:
            within = f" of {', '.join(member.name for member in members)}" if members else ""
            raise CannotRender(f"pk:{name}{within} is {known} in one place and {value} in another; one fact, one value")


_TEXTUAL = (ConceptKind.TEXT, ConceptKind.DAY)


def total_cell(facts: Facts, spelled: str, tonnes: Decimal, places: int) -> str:
    """Return a total of the head as XHTML, tagged."""
    return facts.cell(spelled, tonnes, "tCO2e", grouped(tonnes, places))
