"""The GWPs the EPA Hub prints (tables 11 and 12), compared with ours. They are checked, not imported.

Blends are compared with the sum over their Kyoto components, as the Hub says it computes them, and rounded to a whole
number as the Hub prints them.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from emission_factors import gases
from emission_factors.gases import GwpSet
from emission_factors.importers import RowError
from emission_factors.importers.epa_hub import COLUMNS, GWP_TABLES
from emission_factors.importers.sheets import Row, number, read_table


def gwp_conflicts(lines: Iterable[str], gwp_set: GwpSet = GwpSet.AR5) -> list[RowError]:
    """Return every printed GWP that is not ours, as far as the Hub's rounding shows, and every gas we do not know.

    Known in the edition of 2025: R-424A, printed 3104 where its own composition gives 2211.85.
    """
    conflicts: list[RowError] = []
    table = read_table(lines, COLUMNS, conflicts)
    for row in table.rows if table else ():
        if row["table_no"] in GWP_TABLES and number(row, "value", conflicts):
            conflicts.extend(_compared(row, gwp_set))
    return conflicts


def _compared(row: Row, gwp_set: GwpSet) -> Iterable[RowError]:
    try:
        ours = gases.blend_gwp(_substance(row), gwp_set)
    except (gases.UnknownGas, gases.UnknownGwp) as error:
        return [RowError(row.number, "item", row["item"], str(error))]
    if ours.quantize(Decimal(1), ROUND_HALF_UP) == Decimal(row["value"]):
        return []
    return [RowError(row.number, "value", row["value"], f"is not the {gwp_set} GWP of {row['item']}, which is {ours}")]


def _substance(row: Row) -> str:
    """Return our name of a gas: the Hub's name, or else its formula (`PFC-31-10` is C4F10)."""
    if row["item"] in gases.blends():
        return row["item"]
    for name in (row["item"], row["detail_1"], row["detail_1"].replace("c-", "c")):
        try:
            return gases.gas(name).code
        except gases.UnknownGas:
            continue
    return row["item"]
