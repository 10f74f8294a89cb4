"""An energy balance as it is printed: the regional form, and the enterprise form of GB/T 28751 and GB/T 3484.

The rows and columns of both are recalled from the standards, not checked against their text.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

from accounting.energy.balance import Balance, Cell
from accounting.energy.columns import Column, Sheet, Sums, added, total
from accounting.energy.flows import SUPPLY, ConversionKind, EndUse, EnergyValue, LossKind, Stage

_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row: its number such as `I.2`, what it states, amounts by carrier, and of all together.

    `item` is a stage, plant, kind of loss or sector; empty for the head of a section. `total` is None where a
    coefficient is missing.
    """

    number: str
    item: str
    amounts: Sums
    total: Fraction | None


def regional_form(sheet: Sheet, sectors: Mapping[str, str] | None = None) -> tuple[Row, ...]:
    """Return the rows I to VI of a sheet; `sectors` says which sector a party is in, else each is its own.

    Rows without any amount are left out, but for the heads. Inputs of plants are printed negative.
    """
    return tuple(_regional_rows(sheet, sectors or {}))


def _regional_rows(sheet: Sheet, sectors: Mapping[str, str]) -> Iterator[Row]:
    yield _row(sheet, "I", "", lambda column: column.available)
    for number, stage in enumerate(SUPPLY, start=1):
        yield from _items(sheet, f"I.{number}", partial(_supplied, stage=stage))
    yield _row(sheet, "II", "", lambda column: column.conversion)
    yield from _items(sheet, "II", _converted)
    yield _row(sheet, "III", "", lambda column: column.lost)
    yield from _items(sheet, "III", lambda column: column.losses)
    yield _row(sheet, "IV", "", lambda column: column.final_use)
    yield from _items(sheet, "IV", partial(_used, sectors=sectors))
    yield from _items(sheet, "IV", lambda column: _some_of({Stage.FEEDSTOCK: column.feedstock}))
    yield _row(sheet, "V", "", lambda column: column.unaccounted)
    yield _row(sheet, "VI", "", lambda column: column.consumption)


def _row(sheet: Sheet, number: str, item: str, amount: Callable[[Column], Fraction]) -> Row:
    amounts = {code: amount(column) for code, column in sheet.columns.items()}
    return Row(number, item, amounts, None if sheet.total is None else amount(sheet.total))


def _items(sheet: Sheet, number: str, of: Callable[[Column], Sums]) -> Iterator[Row]:
    """Yield a row for each name that `of` states an amount of in any column."""
    stated = {code: of(column) for code, column in sheet.columns.items()}
    for name in sorted({name for sums in stated.values() for name in sums}):
        amounts = {code: sums.get(name, _ZERO) for code, sums in stated.items()}
        yield Row(number, name, amounts, None if sheet.total is None else total(amounts.values()))


def _supplied(column: Column, stage: Stage) -> Sums:
    return {stage: column.supply[stage]} if stage in column.supply else {}


def _converted(column: Column) -> Sums:
    inputs = ((plant, -amount) for plant, amount in column.inputs.items())
    return added([*column.outputs.items(), *inputs])


def _used(column: Column, sectors: Mapping[str, str]) -> Sums:
    return added((sectors.get(party, party), amount) for party, amount in column.final.items())


@dataclass(frozen=True, slots=True)
class Step:
    """One column of the enterprise form, tce by carrier: what it was supplied and what of it was useful to the next.

    `useful` is None where nobody measured it; losses and utilisation are then not known.
    """

    supplied: Sums
    useful: Sums | None

    @property
    def lost(self) -> Fraction | None:
        """Supplied less useful energy, tce."""
        return None if self.useful is None else total(self.supplied.values()) - total(self.useful.values())

    @property
    def utilisation_percent(self) -> Fraction | None:
        """Useful in percent of supplied energy; None where it is not known or nothing was supplied."""
        supplied = total(self.supplied.values())
        return 100 * total(self.useful.values()) / supplied if self.useful is not None and supplied else None


@dataclass(frozen=True, slots=True)
class EnterpriseForm:
    """The enterprise form: `physical` and `equivalent` purchases by carrier, all else in tce by the equal value.

    A carrier whose equivalent value is missing is not in `equivalent`. `refrigeration` is what chillers take; its
    useful part is not known, for what they make is a service. `sold` goes to others.
    """

    physical: Sums
    equivalent: Sums
    purchase: Step
    conversion: Mapping[ConversionKind, Step]
    refrigeration: Step
    distribution: Step
    end_use: Mapping[EndUse, Step]
    sold: Sums
    recovered: Sums
    unaccounted: Sums

    @property
    def utilisation_percent(self) -> Fraction | None:
        """Useful energy of all end uses and sold energy, in percent of what was purchased; None where a use was not
        measured or a chiller takes a part.
        """
        useful = [step.useful for step in self.end_use.values() if step.useful is not None]
        purchased = total(self.purchase.supplied.values())
        if len(useful) < len(self.end_use) or self.refrigeration.supplied or not purchased:
            return None
        return 100 * total(amount for sums in (*useful, self.sold) for amount in sums.values()) / purchased


def enterprise_form(balance: Balance) -> EnterpriseForm:
    """Return the enterprise form of a balance, of one tenant as a rule.

    Per carrier `purchase - storage loss - inputs + outputs - distribution loss = end use + refrigeration + sold +
    unaccounted`. Raises `MissingCoefficient` where a carrier has no equal value. Source: GB/T 28751, GB/T 3484.
    """
    columns = _columns(balance)
    bought = {code: _bought(column) for code, column in columns.items()}
    stored = {code: bought[code] - column.losses.get(LossKind.STORAGE, _ZERO) for code, column in columns.items()}
    onward = {code: stored[code] + column.conversion for code, column in columns.items()}
    arrived = {code: onward[code] - column.losses.get(LossKind.DISTRIBUTION, _ZERO) for code, column in columns.items()}
    cells = _valued(balance)
    used = {use: _end_use(cells, use) for use in EndUse}
    refrigeration = used.pop(EndUse.REFRIGERATION)
    physical = {code: _bought(balance.column(code)) for code in columns}
    return EnterpriseForm(
        physical=_some_of(physical),
        equivalent=_some_of(_equivalent(balance, physical)),
        purchase=Step(_some_of(bought), _some_of(stored)),
        conversion={
            kind: step for kind in ConversionKind if (step := _conversion(cells, kind)).supplied or step.useful
        },
        refrigeration=refrigeration,
        distribution=Step(_some_of(onward), _some_of(arrived)),
        end_use={use: step for use, step in used.items() if step.supplied},
        sold=_some_of({code: bought[code] - column.available for code, column in columns.items()}),
        recovered=_of(cells, Stage.CONVERSION_OUTPUT, ConversionKind.RECOVERY),
        unaccounted={code: column.unaccounted for code, column in columns.items()},
    )


_Valued = list[tuple[Cell, Fraction]]


def _columns(balance: Balance) -> Mapping[str, Column]:
    """Return the column of each carrier in tce by the equal value, services left out; none may be missing."""
    codes = [code for code, one in sorted(balance.carriers.items()) if not one.is_service]
    return {code: balance.column(code).scaled(balance.coefficient(code, EnergyValue.EQUAL)) for code in codes}


def _valued(balance: Balance) -> _Valued:
    return [
        (cell, amount * balance.coefficient(cell.carrier, EnergyValue.EQUAL))
        for cell, amount in balance.cells.items()
        if not balance.carriers[cell.carrier].is_service
    ]


def _bought(column: Column) -> Fraction:
    """Return what came in, the change of stock included; what went out is sold."""
    return total(amount for stage, amount in column.supply.items() if SUPPLY[stage] > 0)


def _equivalent(balance: Balance, physical: Sums) -> Sums:
    found = {code: balance.carriers[code].tce_equivalent for code in physical}
    return {code: physical[code] * one for code, one in found.items() if one is not None}


def _conversion(cells: _Valued, kind: ConversionKind) -> Step:
    return Step(_of(cells, Stage.CONVERSION_INPUT, kind), _of(cells, Stage.CONVERSION_OUTPUT, kind))


def _end_use(cells: _Valued, use: EndUse) -> Step:
    """Return one end use; its useful energy is known where that of every carrier supplied to it was measured."""
    stages = (Stage.FINAL_USE, Stage.FEEDSTOCK)
    supplied = added(pair for stage in stages for pair in _of(cells, stage, use).items())
    useful = _of(cells, Stage.USEFUL, use)
    return Step(supplied, useful if supplied.keys() <= useful.keys() else None)


def _of(cells: _Valued, stage: Stage, detail: str) -> Sums:
    """Return the sums of one stage and detail by carrier."""
    return added((cell.carrier, amount) for cell, amount in cells if (cell.stage, cell.detail) == (stage, detail))


def _some_of(sums: Sums) -> Sums:
    return {code: amount for code, amount in sums.items() if amount}
