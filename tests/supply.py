"""The park of the worked case of consolidation, and random parks."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from hypothesis import reject
from hypothesis import strategies as st

from accounting.supply.allocation import Carrier, Efficiency, Outputs, split_plant
from accounting.supply.emission_vectors import NOTHING, Emissions
from accounting.supply.network import (
    Draw,
    Export,
    Generation,
    Import,
    Loss,
    LossBearer,
    Network,
    OwnUse,
    Pool,
    Transfer,
)
from accounting.supply.pool_factors import CircularSupply
from accounting.supply.supply import Burdens, Supply, supplied
from emission_factors import decimals

CO2E: Final = "CO2E"
CO2: Final = "CO2"
POWER, HEAT, COLD = (Pool("Operator", carrier) for carrier in ("ELECTRICITY", "STEAM", "CHILLED_WATER"))
CHP: Final = split_plant(Decimal("7164.531"), Outputs(Decimal(60000), Decimal(12000), Carrier.STEAM), Efficiency())


def co2(mass: str | Decimal) -> Emissions:
    """Return a mass of CO2, which is as much CO2e."""
    return Emissions({CO2: Fraction(mass), CO2E: Fraction(mass)})


def sold(code: str, source: Pool, consumer: str, quantity: int, received: int | None = None) -> Transfer:
    """Return a transfer."""
    return Transfer(code, source, consumer, Fraction(quantity), None if received is None else Fraction(received))


def worked_network(bearer: LossBearer = LossBearer.SUPPLIER) -> Network:
    """Return the park of a CHP plant, sun, grid, a chiller, and two tenants; MWh, and GJ of steam."""
    return Network(
        generations=(
            Generation("CHP", POWER, Fraction(12000)),
            Generation("PV", POWER, Fraction(3000)),
            Generation("CHP", HEAT, Fraction(60000)),
            Generation("chiller", COLD, Fraction(8000)),
        ),
        imports=(
            Import("grid", POWER, Fraction(5000)),
            Import("grid of B", Pool("B", "ELECTRICITY"), Fraction(4000)),
        ),
        draws=(Draw("chiller", POWER, COLD, Fraction(2000)),),
        transfers=(
            sold("A power", POWER, "A", 10000),
            sold("A steam", HEAT, "A", 40000),
            sold("A cold", COLD, "A", 5000),
            sold("B power", POWER, "B", 7000),
            sold("B steam", HEAT, "B", 20000),
            sold("B cold", COLD, "B", 3000),
        ),
        losses=(Loss(POWER, Fraction(500), bearer),),
    )


def worked_burdens(grid: str = "0.4419") -> Burdens:
    """Return what enters the worked park, t; the works emit methane of 60 t CO2e."""
    return Burdens(
        made={
            ("CHP", POWER): co2(CHP.power),
            ("CHP", HEAT): co2(CHP.heat),
            ("PV", POWER): NOTHING,
            ("chiller", COLD): NOTHING,
        },
        imported={"grid": co2(grid), "grid of B": co2(grid)},
        elsewhere={
            "Operator": Emissions({"CH4": Fraction(60) / Fraction("27.9"), CO2E: Fraction(60)}),
            "B": co2("500"),
        },
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A network with its burdens."""

    network: Network
    burdens: Burdens


PARTIES: Final = ("A", "B", "C", "D")
CARRIERS: Final = ("ELECTRICITY", "STEAM", "CHILLED_WATER")
POOLS: Final = tuple(Pool(party, carrier) for party in PARTIES for carrier in CARRIERS)
_quantities = st.sampled_from([Fraction(n, 3) for n in range(25)])
_positive = st.sampled_from([Fraction(n, 3) for n in range(1, 25)])
_masses = st.sampled_from([Fraction(n, 7) for n in range(30)])


def _vector(masses: tuple[Fraction, ...]) -> Emissions:
    return Emissions(dict(zip(("CO2", "CH4", "CO2_BIOGENIC"), masses, strict=True)))


_emissions = st.tuples(_masses, _masses, _masses).map(_vector)


_fed = st.lists(st.sampled_from(POOLS), min_size=1, max_size=6, unique=True)
_places = st.integers(0, 59)  # taken modulo the pools there are; a strategy made once is drawn from faster
_others = st.integers(0, len(PARTIES) - 2)
_outside = st.lists(st.tuples(_places, _quantities), max_size=3)
_exchanged = st.lists(st.tuples(_places, _others, _quantities, st.none() | _quantities), max_size=10)
_drawn = st.lists(st.tuples(_places, _places, _quantities), max_size=4)
_lost = st.lists(st.tuples(_places, _quantities, st.sampled_from(LossBearer)), max_size=3)
_elsewhere = st.dictionaries(st.sampled_from(PARTIES), _emissions, max_size=2)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return random parks: of the pools that are fed any may supply any, in tiers and circles, or at no quantity."""
    fed = draw(_fed)

    def at(place: int) -> Pool:
        return fed[place % len(fed)]

    network = Network(
        generations=tuple(Generation("plant", pool, draw(_positive)) for pool in fed),
        imports=tuple(Import(f"import {n}", at(place), mwh) for n, (place, mwh) in enumerate(draw(_outside))),
        draws=tuple(_draws((at(source), at(target), mwh) for source, target, mwh in draw(_drawn))),
        transfers=tuple(
            _transfer(f"transfer {n}", at(place), other, mwh, received)
            for n, (place, other, mwh, received) in enumerate(draw(_exchanged))
        ),
        exports=tuple(Export(f"export {n}", at(place), mwh) for n, (place, mwh) in enumerate(draw(_outside))),
        losses=tuple({at(place): Loss(at(place), mwh, bearer) for place, mwh, bearer in draw(_lost)}.values()),
        own_use=tuple({at(place): OwnUse(at(place), mwh) for place, mwh in draw(_outside)}.values()),
    )
    made = {(one.plant, one.pool): draw(_emissions) for one in network.generations}
    imported = {one.code: draw(_emissions) for one in network.imports}
    return Case(network, Burdens(made, imported, draw(_elsewhere)))


def _draws(ways: Iterable[tuple[Pool, Pool, Fraction]]) -> Iterable[Draw]:
    """Return draws of a party from its own pools, one for each two of them."""
    own = {(source, target): mwh for source, target, mwh in ways if source.party == target.party}
    return (Draw("plant", source, target, mwh) for (source, target), mwh in own.items())


def _transfer(code: str, source: Pool, other: int, quantity: Fraction, received: Fraction | None) -> Transfer:
    consumers = [party for party in PARTIES if party != source.party]
    return Transfer(code, source, consumers[other], quantity, received if quantity else None)


def solved(case: Case) -> Supply:
    """Solve a random park, or let go of it where all of some pools goes round."""
    try:
        return supplied(case.network, case.burdens)
    except CircularSupply:
        reject()


def shown(emissions: Emissions | None, places: int = 3) -> str:
    """Write CO2e as the tables of the standard print it."""
    assert emissions is not None
    return f"{decimals.exact(emissions.of(CO2E)):.{places}f}"


def in_tonnes(*found: Emissions) -> tuple[str, ...]:
    """Write each at three decimal places."""
    return tuple(shown(one) for one in found)
