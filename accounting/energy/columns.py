"""A column of an energy balance with its rows I to VI, the sheet of all carriers in one value, and that of a plant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

from accounting.energy.flows import SUPPLY, EnergyValue, Stage

_ZERO: Final = Fraction(0)
Sums = Mapping[str, Fraction]
"""Amounts by name: of a plant, party, carrier or kind of loss."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Column:
    """One carrier, or all, in one unit. `supply` are the rows of I, signed; conversion is by plant, losses by kind, use
    by party, with `feedstock` the part of it used as a material.

    `between_meters` is the part of V that members sent each other and that no meter saw arrive.
    """

    supply: Mapping[Stage, Fraction]
    inputs: Sums
    outputs: Sums
    losses: Sums
    final: Sums
    feedstock: Fraction
    between_meters: Fraction

    @property
    def available(self) -> Fraction:
        """I: what there is to be consumed."""
        return total(self.supply.values())

    @property
    def conversion(self) -> Fraction:
        """II: outputs less inputs of all plants."""
        return total(self.outputs.values()) - total(self.inputs.values())

    @property
    def lost(self) -> Fraction:
        """III."""
        return total(self.losses.values())

    @property
    def final_use(self) -> Fraction:
        """IV, feedstock included."""
        return total(self.final.values())

    @property
    def unaccounted(self) -> Fraction:
        """V, the balance difference: I + II - III - IV; negative where more went than came."""
        return self.available + self.conversion - self.lost - self.final_use

    @property
    def unaccounted_percent(self) -> Fraction | None:
        """V in percent of what came in and what conversion added to it; None where nothing did."""
        came = total(amount for amount in self.supply.values() if amount > 0) + max(self.conversion, _ZERO)
        return 100 * self.unaccounted / came if came else None

    @property
    def consumption(self) -> Fraction:
        """VI, total consumption: III + IV - II, the loss of conversion included; equal to I - V."""
        return self.lost + self.final_use - self.conversion

    @property
    def gross_consumption(self) -> Fraction:
        """All that was taken of one carrier: input of plants, losses and final use. Not to be added over carriers,
        for what a plant makes of its input is taken again.
        """
        return total(self.inputs.values()) + self.lost + self.final_use

    @property
    def conversion_efficiency(self) -> Fraction | None:
        """Output over input of the plants that have an input, 0 to 1 but for heat pumps; None without such a plant."""
        taken = total(self.inputs.values())
        made = total(amount for plant, amount in self.outputs.items() if self.inputs.get(plant))
        return made / taken if taken else None

    def scaled(self, coefficient: Fraction) -> "Column":
        """Return the column with every row times `coefficient`."""
        return Column(
            {stage: amount * coefficient for stage, amount in self.supply.items()},
            _scaled(self.inputs, coefficient),
            _scaled(self.outputs, coefficient),
            _scaled(self.losses, coefficient),
            _scaled(self.final, coefficient),
            self.feedstock * coefficient,
            self.between_meters * coefficient,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A balance in one value: a column per carrier, and `total`, which is None where the coefficient of a carrier is
    missing, named in `missing`. `services` that have one stand beside and are in no total. Without a value each carrier
    is in its own unit, and there is no total.
    """

    value: EnergyValue | None
    columns: Mapping[str, Column]
    services: Mapping[str, Column]
    total: Column | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlantBalance:
    """What a plant converts and makes, by carrier, in one value: `inputs` = `outputs` + `lost`.

    `taken` is its final use, such as a chiller's power, and `services` what it makes of that and of its surroundings,
    as far as they have a coefficient in the value. `primary` is what it takes from nature, such as power of the sun.
    """

    plant: str
    inputs: Sums
    outputs: Sums
    taken: Sums
    services: Sums
    primary: Sums

    @property
    def lost(self) -> Fraction:
        """Input less output; negative where the plant gives more than it takes, as a heat pump does."""
        return total(self.inputs.values()) - total(self.outputs.values())

    @property
    def efficiency(self) -> Fraction | None:
        """Output over input; None without input."""
        taken = total(self.inputs.values())
        return total(self.outputs.values()) / taken if taken else None

    @property
    def performance(self) -> Fraction | None:
        """Services over what was taken for them: in joules the coefficient of performance; None where not taken."""
        taken = total(self.taken.values())
        return total(self.services.values()) / taken if taken and self.services else None


def summed(columns: Iterable[Column]) -> Column:
    """Return the sum of columns that are in one unit."""
    parts = tuple(columns)
    supply = added(pair for part in parts for pair in part.supply.items())
    return Column(
        {stage: supply[stage] for stage in SUPPLY if stage in supply},
        added(pair for part in parts for pair in part.inputs.items()),
        added(pair for part in parts for pair in part.outputs.items()),
        added(pair for part in parts for pair in part.losses.items()),
        added(pair for part in parts for pair in part.final.items()),
        total(part.feedstock for part in parts),
        total(part.between_meters for part in parts),
    )


def added(pairs: Iterable[tuple[Key, Fraction]]) -> Mapping[Key, Fraction]:
    """Return the sums of amounts by key."""
    sums: dict[Key, Fraction] = {}
    for key, amount in pairs:
        sums[key] = sums.get(key, _ZERO) + amount
    return sums


def _scaled(sums: Sums, coefficient: Fraction) -> Sums:
    return {name: amount * coefficient for name, amount in sums.items()}


def total(amounts: Iterable[Fraction]) -> Fraction:
    """Return the exact sum; zero for none."""
    return sum(amounts, _ZERO)
