"""What several products of one process emit: a plant's total between heat and power, a process between co-products.

Shares are ratios and add up to exactly one; an amount divided by them adds up to exactly that amount, because one part
is the total minus the others. Not here: which method a park has declared, and the factors that follow from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from emission_factors import decimals

HEAT_EFFICIENCY: Final = Decimal("0.80")
"""Efficiency of making the heat alone, unless measured (WRI/WBCSD CHP tool v1.0, 2006, efficiency method)."""
POWER_EFFICIENCY: Final = Decimal("0.35")
"""Efficiency of making the power alone, unless measured (WRI/WBCSD CHP tool v1.0, 2006, efficiency method)."""
POWER_WEIGHT: Final = 2
"""Fuel per unit of power over fuel per unit of heat (UK Government GHG conversion factors, methodology paper, CHP)."""
PRICE_RATIO_LIMIT: Final = Decimal(5)
"""Highest ratio of prices at which physical allocation may be used (WBCSD PACT methodology V3.0, allocation rule)."""

_GJ_PER_MWH: Final = Decimal("3.6")
_MJ_PER_GJ: Final = 1000


class BadAllocation(ValueError):
    """What was given does not divide a total; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Carrier(StrEnum):
    """What carries the heat out of a plant."""

    STEAM = "STEAM"
    """Steam, saturated or superheated."""
    HOT_WATER = "HOT_WATER"
    """Liquid water."""


class Flag(StrEnum):
    """What the reader of a split must know about its inputs."""

    DEFAULT_HEAT_EFFICIENCY = "DEFAULT_HEAT_EFFICIENCY"
    """The efficiency of making the heat alone was not measured; the method's default is used."""
    DEFAULT_POWER_EFFICIENCY = "DEFAULT_POWER_EFFICIENCY"
    """The efficiency of making the power alone was not measured; the method's default is used."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a plant delivers in a period: heat in GJ, power in MWh, and what carries the heat."""

    heat_gj: Decimal
    power_mwh: Decimal
    carrier: Carrier

    @property
    def power_gj(self) -> Decimal:
        """Power in GJ, at 3.6 GJ/MWh."""
        return decimals.product(self.power_mwh, _GJ_PER_MWH)


Weights = tuple[Fraction, Fraction]
"""What heat and power count for in a division, in one unit."""


@dataclass(frozen=True, slots=True)
class Efficiency:
    """By the fuel that heat and power would need apart: `H/e_H` and `P/e_P`.

    Efficiencies are fractions of the lower heating value; None takes the default and flags it. Source: WRI/WBCSD,
    Calculation tool for CHP plants v1.0 (2006), efficiency method.
    """

    heat: Decimal | None = None
    power: Decimal | None = None

    def weights(self, outputs: Outputs) -> Weights:
        """Return GJ of fuel for heat and for power; raises `BadAllocation` for an efficiency outside 0 to 1."""
        heat = _efficiency("heat", HEAT_EFFICIENCY if self.heat is None else self.heat)
        power = _efficiency("power", POWER_EFFICIENCY if self.power is None else self.power)
        return Fraction(outputs.heat_gj) / heat, Fraction(outputs.power_gj) / power


@dataclass(frozen=True, slots=True)
class EnergyContent:
    """By energy: a GJ of power counts as a GJ of heat. Source: WRI/WBCSD CHP tool v1.0 (2006), energy content."""

    def weights(self, outputs: Outputs) -> Weights:
        """Return GJ of heat and of power."""
        return Fraction(outputs.heat_gj), Fraction(outputs.power_gj)


@dataclass(frozen=True, slots=True)
class TwiceForPower:
    """By energy, power counted twice: a unit of power takes twice the fuel of a unit of heat.

    `E_P = 2 E P / (2 P + H)`. Source: UK Government GHG conversion factors, methodology paper, CHP; Digest of UK
    Energy Statistics, chapter 7.
    """

    def weights(self, outputs: Outputs) -> Weights:
        """Return GJ of heat and twice the GJ of power."""
        return Fraction(outputs.heat_gj), Fraction(outputs.power_gj) * POWER_WEIGHT


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The state to which steam can do work: K, kJ/kg and kJ/(kg K) of water.

    Defaults: water at 20 °C (WRI/WBCSD CHP tool v1.0, 2006, work potential method).
    """

    temperature_k: Decimal = Decimal("293.15")
    enthalpy_kj_kg: Decimal = Decimal("83.9")
    entropy_kj_kg_k: Decimal = Decimal("0.2965")


@dataclass(frozen=True, slots=True)
class Steam:
    """A stream of steam: tonnes, specific enthalpy in kJ/kg and entropy in kJ/(kg K)."""

    mass_t: Decimal | Fraction
    enthalpy_kj_kg: Decimal
    entropy_kj_kg_k: Decimal


@dataclass(frozen=True, slots=True)
class WorkPotential:
    """By the work that steam could do: `W = m [(h - h0) - T0 (s - s0)]`, against power as it is; not for hot water.

    `streams` are all the steam delivered. Source: WRI/WBCSD CHP tool v1.0 (2006), work potential method.
    """

    streams: tuple[Steam, ...]
    surroundings: Surroundings = Surroundings()

    def weights(self, outputs: Outputs) -> Weights:
        """Return GJ of work and of power; raises `BadAllocation` for hot water, no steam, or steam without work."""
        if outputs.carrier != Carrier.STEAM:
            raise BadAllocation("carrier", f"work potential is not for {outputs.carrier}; accepted is STEAM")
        if not self.streams and outputs.heat_gj > 0:
            raise BadAllocation("streams", "work potential needs the mass, enthalpy and entropy of the steam")
        work = sum((_work_gj(steam, self.surroundings) for steam in self.streams), Fraction(0))
        return work, Fraction(outputs.power_gj)


@dataclass(frozen=True, slots=True)
class Carnot:
    """By exergy: heat counts `1 - T0/T_s`, power as it is; temperatures in K.

    A variant outside the GHG Protocol tool. Directive (EU) 2018/2001 annex V part C point 1 has the same factor with
    surroundings of 273.15 K; the default here is that of the work potential method.
    """

    supply_k: Decimal
    surroundings_k: Decimal = Decimal("293.15")

    def weights(self, outputs: Outputs) -> Weights:
        """Return GJ of work and of power; raises `BadAllocation` where the supply is not above the surroundings."""
        if not 0 < self.surroundings_k < self.supply_k:
            message = (
                f"the supply is at {self.supply_k} K; accepted is above the surroundings at {self.surroundings_k} K"
            )
            raise BadAllocation("supply_k", message)
        factor = 1 - Fraction(self.surroundings_k) / Fraction(self.supply_k)
        return Fraction(outputs.heat_gj) * factor, Fraction(outputs.power_gj)


Rule = Efficiency | EnergyContent | TwiceForPower | WorkPotential | Carnot
"""How a plant's total is divided; seller and buyers use the same one."""


@dataclass(frozen=True, slots=True)
class PlantSplit:
    """A plant's total divided, in the unit of the total: `heat + power` is `total`. `heat_share` is of the total."""

    total: Decimal
    heat: Decimal
    power: Decimal
    heat_share: Fraction
    flags: frozenset[Flag]


def split_plant(total: Decimal, outputs: Outputs, rule: Rule) -> PlantSplit:
    """Divide what a combined heat and power plant emits: `E_H = E_T w_H / (w_H + w_P)`, `E_P = E_T - E_H`.

    `total` is a mass of one gas or of CO2e, any unit. `heat` is rounded to `decimals.FACTOR_DIGITS` digits, `power` is
    the exact rest. Raises `BadAllocation` where an output is negative, there is no output, or the rule does not fit.
    Source: WRI/WBCSD, Calculation tool for CHP plants v1.0 (2006).
    """
    share = heat_share(outputs, rule)
    heat = _part(total, share)
    return PlantSplit(total, heat, decimals.EXACT.subtract(total, heat), share, _flags(rule))


def heat_share(outputs: Outputs, rule: Rule) -> Fraction:
    """Return the share of a plant's total that belongs to its heat, 0 to 1, exactly; raises as `split_plant`."""
    for field, value in (("heat_gj", outputs.heat_gj), ("power_mwh", outputs.power_mwh)):
        if value < 0:
            raise BadAllocation(field, f"{field} is {value}; what a plant delivers is not negative")
    heat, power = rule.weights(outputs)
    if heat + power == 0:
        raise BadAllocation("heat_gj", "the plant delivers neither heat nor power; its total has nothing to go to")
    return heat / (heat + power)


def steam_carrying(
    heat_gj: Decimal, enthalpy_kj_kg: Decimal, entropy_kj_kg_k: Decimal, surroundings: Surroundings = Surroundings()
) -> Steam:
    """Return the steam of one state that carries a metered heat: `m = H / (h - h0)`; raises `BadAllocation`."""
    above = Fraction(enthalpy_kj_kg) - Fraction(surroundings.enthalpy_kj_kg)
    if above <= 0:
        message = f"enthalpy is {enthalpy_kj_kg} kJ/kg; accepted is above that of the surroundings, "
        raise BadAllocation("enthalpy_kj_kg", f"{message}{surroundings.enthalpy_kj_kg} kJ/kg")
    return Steam(Fraction(heat_gj) * _MJ_PER_GJ / above, enthalpy_kj_kg, entropy_kj_kg_k)


def steam_work(enthalpy_kj_kg: Decimal, entropy_kj_kg_k: Decimal, surroundings: Surroundings) -> Fraction:
    """Return kJ of work a kg of steam could do: `(h - h0) - T0 (s - s0)`; raises `BadAllocation` unless positive."""
    heat = Fraction(enthalpy_kj_kg) - Fraction(surroundings.enthalpy_kj_kg)
    lost = Fraction(surroundings.temperature_k) * (Fraction(entropy_kj_kg_k) - Fraction(surroundings.entropy_kj_kg_k))
    if heat - lost <= 0:
        message = f"steam of {enthalpy_kj_kg} kJ/kg and {entropy_kj_kg_k} kJ/(kg K) could do no work; check the state"
        raise BadAllocation("streams", message)
    return heat - lost


class Key(StrEnum):
    """What the emissions of one process are divided by."""

    MASS = "MASS"
    """Mass of each product."""
    ENERGY = "ENERGY"
    """Energy content of each product."""
    ECONOMIC_VALUE = "ECONOMIC_VALUE"
    """Value of each product at the same time, in one currency."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a process with what it may be divided by; None where it is not known. `currency` of `value`."""

    code: str
    mass_kg: Decimal | None = None
    energy_mj: Decimal | None = None
    value: Decimal | None = None
    currency: str = ""


def product_shares(products: Sequence[Product], key: Key) -> Mapping[str, Fraction]:
    """Return each product's share of the process by one key, in the order given; they add up to exactly one.

    Raises `BadAllocation` where there is no product, a code comes twice, a product's key is missing, zero or negative
    (what is worth nothing is waste, not a product), or values are in several currencies or in none. Source: ISO
    14067:2018 6.4.6; WBCSD PACT methodology V3.0, allocation.
    """
    codes = [product.code for product in products]
    if not codes or len(set(codes)) < len(codes):
        raise BadAllocation("products", f"products are {codes}; accepted is at least one, each once")
    if key == Key.ECONOMIC_VALUE:
        _check_currency(products)
    amounts = [_amount(product, key) for product in products]
    return {code: amount / sum(amounts) for code, amount in zip(codes, amounts, strict=True)}


def divided(total: Decimal, shares: Mapping[str, Fraction]) -> Mapping[str, Decimal]:
    """Divide an amount by shares that add up to one; the parts add up to exactly the amount.

    Each part is rounded to `decimals.FACTOR_DIGITS` digits, and the largest share takes the rest: there a rounding
    weighs least. Raises `BadAllocation` where a share is negative or the shares do not add up to one.
    """
    if sum(shares.values()) != 1 or min(shares.values()) < 0:
        raise BadAllocation("shares", f"shares are {[str(share) for share in shares.values()]}; accepted add up to 1")
    largest = max(shares, key=lambda code: shares[code])
    others = {code: _part(total, share) for code, share in shares.items() if code != largest}
    rest = decimals.EXACT.subtract(total, decimals.total(others.values()))
    return {code: others.get(code, rest) for code in shares}


def written(shares: Mapping[str, Fraction], places: int) -> Mapping[str, Decimal]:
    """Return shares at a number of decimal places that add up to exactly one, by largest remainder.

    Each is cut, and the units of the last place that are missing go to the largest remainders, the first first.

    >>> {code: str(share) for code, share in written({"a": Fraction(1, 3), "b": Fraction(2, 3)}, 2).items()}
    {'a': '0.33', 'b': '0.67'}
    """
    scale = 10**places
    cut = {code: int(share * scale) for code, share in shares.items()}
    by_remainder = sorted(shares, key=lambda code: cut[code] - shares[code] * scale)
    for code in by_remainder[: scale - sum(cut.values())]:
        cut[code] += 1
    return {code: Decimal(units).scaleb(-places) for code, units in cut.items()}


def is_physical_allowed(prices: Sequence[Decimal], limit: Decimal = PRICE_RATIO_LIMIT) -> bool:
    """Whether products may be divided by mass or energy: highest over lowest price per unit is at most `limit`.

    Raises `BadAllocation` without prices or with one that is not above zero. Source: WBCSD PACT methodology V3.0.
    """
    if not prices or min(prices) <= 0:
        raise BadAllocation("prices", f"prices are {[str(price) for price in prices]}; accepted are prices above zero")
    return Fraction(max(prices)) <= Fraction(min(prices)) * Fraction(limit)


def _part(total: Decimal, share: Fraction) -> Decimal:
    # A whole stays as it is: a total may have more digits than a rounded part keeps.
    return total if share == 1 else decimals.rounded(Fraction(total) * share)


def _flags(rule: Rule) -> frozenset[Flag]:
    if not isinstance(rule, Efficiency):
        return frozenset()
    defaults = {Flag.DEFAULT_HEAT_EFFICIENCY: rule.heat is None, Flag.DEFAULT_POWER_EFFICIENCY: rule.power is None}
    return frozenset(flag for flag, is_default in defaults.items() if is_default)


def _efficiency(field: str, value: Decimal) -> Fraction:
    if not 0 < value <= 1:
        raise BadAllocation(field, f"the efficiency of {field} is {value}; accepted is above 0 and at most 1")
    return Fraction(value)


def _work_gj(steam: Steam, surroundings: Surroundings) -> Fraction:
    if steam.mass_t < 0:
        raise BadAllocation("streams", f"{steam.mass_t} t of steam; a mass is not negative")
    work = steam_work(steam.enthalpy_kj_kg, steam.entropy_kj_kg_k, surroundings)
    return Fraction(steam.mass_t) * work / _MJ_PER_GJ


def _amount(product: Product, key: Key) -> Fraction:
    amounts = {Key.MASS: product.mass_kg, Key.ENERGY: product.energy_mj, Key.ECONOMIC_VALUE: product.value}
    amount = amounts[key]
    if amount is None or amount <= 0:
        found = "missing" if amount is None else amount
        raise BadAllocation(key.value, f"{key} of {product.code} is {found}; accepted is a number above zero")
    return Fraction(amount)


def _check_currency(products: Sequence[Product]) -> None:
    currencies = sorted({product.currency for product in products})
    if len(currencies) > 1 or not currencies[0]:
        raise BadAllocation("currency", f"values are in {currencies}; accepted is one currency, named")
