"""How far a park is from the threshold of its core indicator: the green power it needs, and the gas it may burn.

In shares, for a park that is planned, and in MWh and Nm3, for one that is there. Both are exact: with what a headroom
says, the indicator is the threshold and nothing below it. Carbon per energy is t CO2/tce (发改环资〔2025〕910号,
annexes 3 and 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from accounting.indicators.park_lines import NOTICE_910, MethodFactors
from accounting.indicators.systems import Direction, Indicator
from emission_factors import decimals

_UNIT: Final = "tCO2/tce"


class BadHeadroom(ValueError):
    """A headroom is asked for that there cannot be; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Carrier:
    """What a unit of energy emits, t CO2, and counts as, tce; `source` says where both are from.

    Raises `BadHeadroom` where it emits less than nothing, or counts as nothing.
    """

    name: str
    unit: str
    emissions: Fraction
    energy: Fraction
    source: str

    def __post_init__(self) -> None:
        if self.emissions < 0 or self.energy <= 0:
            message = (
                f"a {self.unit} of {self.name} emits {_plain(self.emissions)} t CO2 and counts as "
                f"{_plain(self.energy)} tce; accepted is zero or more, and above zero"
            )
            raise BadHeadroom("carrier", message)

    @property
    def intensity(self) -> Fraction:
        """T CO2/tce: what a park would score that has nothing else."""
        return self.emissions / self.energy


def grey_electricity(kgce_per_kwh: Fraction, source: str, factors: MethodFactors = NOTICE_910) -> Carrier:
    """Return electricity that is not green, per MWh, at an equivalent value of standard coal; `source` is of that.

    The equivalent value is a parameter of region and year: what thermal plants spend (GB/T 2589-2020).
    """
    cited = f"{factors.source}; {source}"
    return Carrier("electricity that is not green", "MWh", Fraction(factors.electricity), kgce_per_kwh, cited)


@dataclass(frozen=True, slots=True)
class Share:
    """A carrier's share of the energy of a park, by tce, from 0 to 1."""

    carrier: Carrier
    share: Fraction


@dataclass(frozen=True, slots=True)
class GreenShare:
    """How green the electricity of a park must be for a threshold; None where all of it green is not enough.

    `grey_allowed` is a share of the park's tce, `green_needed` one of its electricity.
    """

    grey_allowed: Fraction | None
    green_needed: Fraction | None


def green_share(threshold: Fraction, electricity: Carrier, others: Sequence[Share] = ()) -> GreenShare:
    """Return how green electricity must be in a park that has given shares of other energy and no more.

    `grey = (threshold - sum share x intensity) / intensity of electricity`, at most what is not the others'; green is
    the rest of the electricity. A park without electricity needs no green. Raises `BadHeadroom` for shares beyond 0 to
    1, alone or together, or electricity that emits nothing.
    """
    rest = 1 - sum((_accepted_share(one.carrier.name, one.share) for one in others), Fraction(0))
    if rest < 0:
        raise BadHeadroom("others", f"the shares are {_plain(1 - rest)} together; accepted is at most 1")
    if not electricity.emissions:
        raise BadHeadroom("electricity", f"{electricity.name} emits nothing; accepted is power that is not green")
    left = threshold - sum((one.share * one.carrier.intensity for one in others), Fraction(0))
    grey = min(rest, left / electricity.intensity)
    if grey < 0:
        return GreenShare(None, None)
    return GreenShare(grey, 1 - grey / rest if rest else Fraction(0))


@dataclass(frozen=True, slots=True)
class ShareRange:
    """Shares of a park's tce from `least` to `most`, both included."""

    least: Fraction
    most: Fraction


def gas_share(threshold: Fraction, gas: Carrier, electricity: Carrier, green: Fraction) -> ShareRange | None:
    """Return which shares of gas meet a threshold in a park of gas and electricity, of which `green` is green.

    At the bound `share x gas + (1 - share) x (1 - green) x electricity = threshold`, in t CO2/tce. The least is above
    zero where the electricity alone is above the threshold and gas is below it; None where both are above. Raises
    `BadHeadroom` for a green share beyond 0 to 1.
    """
    without = (1 - _accepted_share("green power", green)) * electricity.intensity
    if without <= threshold and gas.intensity <= threshold:
        return ShareRange(Fraction(0), Fraction(1))
    if without > threshold and gas.intensity > threshold:
        return None
    bound = (threshold - without) / (gas.intensity - without)
    return ShareRange(Fraction(0), bound) if without <= threshold else ShareRange(bound, Fraction(1))


@dataclass(frozen=True, slots=True)
class ParkEnergy:
    """What a park emits, t CO2, and consumes, tce, in a year; of it `grey` and `green` MWh, and `burnt` gas.

    Green power counts as other power, at equivalent value, or as `green_energy` tce/MWh where that is given: the annex
    is silent on it. Raises `BadHeadroom` where the parts are negative or more than the whole.
    """

    emissions: Fraction
    energy: Fraction
    electricity: Carrier
    grey: Fraction
    green: Fraction
    gas: Carrier
    burnt: Fraction
    green_energy: Fraction | None = None

    def __post_init__(self) -> None:
        amounts = (self.grey, self.green, self.burnt, self._per_green)
        parts = self.grey * self.electricity.energy + self.green * self._per_green + self.burnt * self.gas.energy
        if self.energy <= 0 or min(amounts) < 0 or parts > self.energy:
            message = (
                f"{_plain(self.grey)} MWh, {_plain(self.green)} MWh of green power and {_plain(self.burnt)} "
                f"{self.gas.unit} of gas are {_plain(parts)} tce of {_plain(self.energy)}; accepted are parts of a "
                "total above zero, none of them negative"
            )
            raise BadHeadroom("energy", message)

    @property
    def intensity(self) -> Fraction:
        """T CO2/tce."""
        return self.emissions / self.energy

    @property
    def swapped_energy(self) -> Fraction:
        """Tce by which a MWh that is not green counts more than a green one."""
        return self.electricity.energy - self._per_green

    def with_grey(self, megawatt_hours: Fraction) -> "ParkEnergy":
        """Return the park with that much electricity not green and the rest of it green."""
        more = megawatt_hours - self.grey
        return replace(
            self,
            emissions=self.emissions + more * self.electricity.emissions,
            energy=self.energy + more * self.swapped_energy,
            grey=megawatt_hours,
            green=self.green - more,
        )

    def with_gas(self, burnt: Fraction) -> "ParkEnergy":
        """Return the park with that much gas; what is not burnt is saved, nothing takes its place."""
        more = burnt - self.burnt
        emissions, energy = self.emissions + more * self.gas.emissions, self.energy + more * self.gas.energy
        return replace(self, emissions=emissions, energy=energy, burnt=burnt)

    @property
    def _per_green(self) -> Fraction:
        return self.electricity.energy if self.green_energy is None else self.green_energy


@dataclass(frozen=True, slots=True)
class Headroom:
    """How much of one carrier a park may use for a threshold, all else as it is; `used` is what it uses.

    `allowed` is the amount at which the indicator is the threshold, None where no amount is (`is_reachable` false), or
    where any amount keeps to it (true). `intensity_without` is the indicator with none of it, None where nothing else
    is left. `leaves_band` warns that the total energy then has another threshold, or none.
    """

    carrier: Carrier
    used: Fraction
    allowed: Fraction | None
    is_reachable: bool
    intensity_without: Fraction | None
    leaves_band: bool

    @property
    def needed(self) -> Fraction | None:
        """How much less is needed, zero where the threshold is met; None where less of it does not reach that."""
        if self.allowed is None:
            return Fraction(0) if self.is_reachable else None
        return max(Fraction(0), self.used - self.allowed)

    @property
    def room(self) -> Fraction | None:
        """How much more there may be, zero where the threshold is not met; None where any amount may."""
        if self.allowed is None:
            return None if self.is_reachable else Fraction(0)
        return max(Fraction(0), self.allowed - self.used)


@dataclass(frozen=True, slots=True)
class Headrooms:
    """Both headrooms of a park for one threshold, t CO2/tce.

    `excess` is t CO2 above what the threshold allows for the park's energy, negative where there is room. A park whose
    size has no threshold gets one of these for every band, for reference.
    """

    threshold: Fraction
    is_reference: bool
    excess: Fraction
    electricity: Headroom
    gas: Headroom


def headrooms(core: Indicator, park: ParkEnergy) -> tuple[Headrooms, ...]:
    """Return the headrooms for the threshold of the park's size, or for all thresholds where its size has none.

    More green power is needed by as many MWh as electricity that is not green must fall. Raises `BadHeadroom` where
    the indicator is not an upper limit of t CO2/tce.
    """
    if core.direction is not Direction.AT_MOST or core.unit != _UNIT:
        message = f"{core.code} is {core.direction} in {core.unit}; accepted is an AT_MOST in {_UNIT}"
        raise BadHeadroom("indicator", message)
    own = core.threshold_at(park.energy)
    electricity = _Lever(park.electricity, park.grey, park.grey + park.green, park.swapped_energy)
    gas = _Lever(park.gas, park.burnt, None, park.gas.energy)
    thresholds = [own] if own is not None else [band.threshold for band in core.bands]
    return tuple(
        Headrooms(
            threshold=threshold,
            is_reference=own is None,
            excess=park.emissions - threshold * park.energy,
            electricity=_headroom(core, park, threshold, electricity),
            gas=_headroom(core, park, threshold, gas),
        )
        for threshold in thresholds
    )


@dataclass(frozen=True, slots=True)
class _Lever:
    """A carrier whose amount may change, by up to `most` in all; a unit of it adds `energy` tce to the total."""

    carrier: Carrier
    used: Fraction
    most: Fraction | None
    energy: Fraction


def _headroom(core: Indicator, park: ParkEnergy, threshold: Fraction, lever: _Lever) -> Headroom:
    allowed, is_reachable = _allowed(park, threshold, lever)
    moved = Fraction(0) if allowed is None else (allowed - lever.used) * lever.energy
    left = park.energy - lever.used * lever.energy
    without = (park.emissions - lever.used * lever.carrier.emissions) / left if left else None
    leaves = core.threshold_at(park.energy + moved) != core.threshold_at(park.energy)
    return Headroom(lever.carrier, lever.used, allowed, is_reachable, without, leaves)


def _allowed(park: ParkEnergy, threshold: Fraction, lever: _Lever) -> tuple[Fraction | None, bool]:
    """Return the amount at which the indicator is the threshold, and whether there is any that keeps to it."""
    excess = park.emissions - threshold * park.energy
    per_unit = lever.carrier.emissions - threshold * lever.energy
    if per_unit <= 0:  # a unit adds no more than the threshold allows it, so that less of it does not help
        return None, excess <= 0
    allowed = lever.used - excess / per_unit
    if allowed < 0 or park.energy + (allowed - lever.used) * lever.energy <= 0:  # nothing would be left to divide by
        return None, False
    return (None if lever.most is not None and allowed > lever.most else allowed), True


def _accepted_share(name: str, share: Fraction) -> Fraction:
    if not 0 <= share <= 1:
        raise BadHeadroom("share", f"the share of {name} is {_plain(share)}; accepted is from 0 to 1")
    return share


def _plain(value: Fraction) -> str:
    return decimals.plain(decimals.exact(value))
