"""The energy balance of a report: rows I to VI by carrier, in physical units and in standard coal both ways."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from uuid import UUID

from accounting.energy.flows import EnergyValue, LossKind, Stage
from accounting.energy.forms import Row as FormRow
from accounting.energy.forms import regional_form
from accounting.reporting.inputs import ReportInputs
from emission_factors.activity_types import all_activity_types
from reports.assembling.lines import Lines
from reports.assembling.making import Given, TableMaker, both, number
from reports.document import Bilingual, Column, RowRole, Table

VALUES: Final[Mapping[EnergyValue | None, tuple[str, Bilingual, str]]] = {
    None: ("PHYSICAL", both("physical units", "实物量"), ""),
    EnergyValue.EQUAL: ("EQUAL", both("standard coal, equal value", "标准煤（当量值）"), "tce"),
    EnergyValue.EQUIVALENT: ("EQUIVALENT", both("standard coal, equivalent value", "标准煤（等价值）"), "tce"),
}
_HEADS: Final = {
    "I": both("I Energy available", "一、可供本地区消费的能源量"),
    "II": both("II Conversion, in (-) and out (+)", "二、加工转换投入(-)产出(+)量"),
    "III": both("III Losses", "三、损失量"),
    "IV": both("IV Final consumption", "四、终端消费量"),
    "V": both("V Balance difference", "五、平衡差额"),
    "VI": both("VI Total consumption", "六、消费量合计"),
}
_ITEMS: Final = {
    Stage.PRIMARY_PRODUCTION: both("primary production", "一次能源生产量"),
    Stage.TRANSFER_IN: both("from elsewhere in the country", "外省（区、市）调入量"),
    Stage.IMPORT: both("import", "进口量"),
    Stage.BUNKERS_ABROAD: both("own ships and aircraft abroad", "境内飞机和轮船在境外的加油量"),
    Stage.TRANSFER_OUT: both("to elsewhere in the country", "本省（区、市）调出量"),
    Stage.EXPORT: both("export", "出口量"),
    Stage.FOREIGN_BUNKERS: both("foreign ships and aircraft here", "境外飞机和轮船在境内的加油量"),
    Stage.STOCK_CHANGE: both("stock drawn", "库存增减量"),
    Stage.FEEDSTOCK: both("of which as a material", "其中：用作原料、材料"),
    LossKind.STORAGE: both("in storage", "贮存损失"),
    LossKind.DISTRIBUTION: both("in transport and distribution", "输配损失"),
}


_NAMED: Final = {str(stage): heading for stage, heading in _ITEMS.items()}


def balance_table(inputs: ReportInputs, lines: Lines, code: str, value: EnergyValue | None) -> Table:
    """Return the balance in one value; a carrier without a coefficient is named in the note, and then no total stands.

    Per carrier I + II - III - IV = V; V is stated, never spread. Regional form of the energy statistics of China.
    """
    name, shown, unit = VALUES[value]
    sheet = inputs.energy.balance.sheet(value)
    carriers = inputs.energy.balance.carriers
    columns = [_column(key, unit or carriers[key].unit) for key in sheet.columns]
    total = [] if value is None else [number("total", "Total", "合计", unit)]
    title = both(f"Energy balance, {shown.en}", f"能源平衡表（{shown.zh}）")
    maker = TableMaker(lines, f"{code}.{name}", title, [*columns, *total], ())
    for row in regional_form(sheet) if sheet.columns else ():
        cells: dict[str, Given] = dict(row.amounts)
        if value is not None:
            cells["total"] = row.total
        role = RowRole.LINE if row.item else RowRole.TOTAL
        maker.row(_code(inputs, row), _heading(inputs, row), cells, role=role)
    return maker.made(_note(inputs, sheet.missing))


def _column(carrier: str, unit: str) -> Column:
    """Return the column of a carrier by the name that its activity types give it."""
    substance = carrier.partition("/")[0]
    named = _SUBSTANCES.get(substance) or both(substance.replace("_", " "), _chinese().get(substance, substance))
    return number(carrier, named.en, named.zh, unit)


@lru_cache(maxsize=1)
def _chinese() -> Mapping[str, str]:
    """Return what the catalogue calls the fuels that are burnt in plants."""
    found = (one for one in all_activity_types() if one.group == "stationary_combustion")
    return {one.substance: one.name_zh.partition("（")[0] for one in found}


_SUBSTANCES: Final = {
    "electricity": both("electricity", "电力"),
    "steam": both("steam", "蒸汽"),
    "hot_water": both("hot water", "热水"),
    "heat": both("heat", "热力"),
    "chilled_water": both("chilled water", "冷水"),
    "compressed_air": both("compressed air", "压缩空气"),
}


def _code(inputs: ReportInputs, row: FormRow) -> str:
    """Return a row's code: its number, and the stage, the site or the tenant it is of."""
    if not row.item:
        return row.number
    if row.item in _NAMED:
        return f"{row.number}:{row.item}"
    key = UUID(row.item)
    place = inputs.places.get(key)
    return f"{row.number}:{place.operator}/{place.code}" if place else f"{row.number}:{inputs.parties[key].code}"


def _heading(inputs: ReportInputs, row: FormRow) -> Bilingual:
    if not row.item:
        return _HEADS[row.number]
    found = _NAMED.get(row.item) or _named(inputs, row.item)
    return both(f"{row.number} {found.en}", f"{row.number} {found.zh}")


def _named(inputs: ReportInputs, item: str) -> Bilingual:
    """Return what a party, or the site of a plant, is called."""
    key = UUID(item)
    if key in inputs.places:
        place = inputs.places[key]
        return both(f"{place.operator}/{place.code} {place.name_en}", f"{place.operator}/{place.code} {place.name_zh}")
    party = inputs.parties[key]
    return both(f"{party.code} {party.name_en}", f"{party.code} {party.name_zh}")


def _note(inputs: ReportInputs, missing: tuple[str, ...]) -> Bilingual | None:
    lacking = [f"{carrier}: no coefficient" for carrier in missing]
    lacking += [f"stock of {one.store.activity_type}: a level is missing" for one in inputs.energy.missing_levels]
    listed = "; ".join(sorted(set(lacking)))
    return both(f"Missing: {listed}", f"缺失：{listed}") if listed else None
