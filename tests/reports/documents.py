"""A small but complete document: every kind of cell, row and total, nulls, negative, tiny and very long numbers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from reports.concepts import concept_name
from reports.document import (
    Bilingual,
    Cadence,
    CellKind,
    Column,
    Document,
    InventoryLine,
    ReportKind,
    Rests,
    Row,
    RowRole,
    Subject,
    Table,
    Value,
)

MONTHS: Final = tuple(date(2025, month, 1) for month in range(1, 13))
SCOPE_1: Final = Decimal("3333337.5")
"""Kilograms each month but the last, which gives some back."""
CATEGORIES: Final = {"1": Decimal("1250000.1234567890123456"), "4": Decimal("-50000"), "15": Decimal("0.05")}
"""Kilograms of scope 3, all in June."""
TOTALS: Final = {
    "SCOPE_1": Decimal("36665712.5"),
    "SCOPE_2_LOCATION": Decimal("4419000"),
    "SCOPE_2_MARKET": Decimal("6096000"),
    "SCOPE_3": Decimal("1200000.1734567890123456"),
    "TOTAL_LOCATION": Decimal("42284712.6734567890123456"),
    "TOTAL_MARKET": Decimal("43961712.6734567890123456"),
    "OUTSIDE": Decimal("0.05"),
}
"""Kilograms."""
SHOWN_TOTALS: Final = {
    "SCOPE_1": "36,665.712",
    "SCOPE_2_LOCATION": "4,419.000",
    "SCOPE_2_MARKET": "6,096.000",
    "SCOPE_3": "1,200.000",
    "TOTAL_LOCATION": "42,284.713",
    "TOTAL_MARKET": "43,961.713",
    "OUTSIDE": "0.00005",
}
"""The totals in tonnes by the rule of `reports.rendering.numbers` (.7125 goes to the even .712), padded as a column."""
LONG: Final = Bilingual(
    "A boundary described at length: " + "boiler house, cold store, clean rooms, wastewater works; " * 12,
    "边界说明：" + "锅炉房、冷库、洁净车间、污水处理站；" * 24,
)
FORMULA: Final = '=HYPERLINK("https://example.org","总量")'
"""What a tenant may write into a name."""


def document() -> Document:
    """Return the example: a tenant's inventory of 2025 in its second version."""
    return Document(
        ReportKind.GHG_PROTOCOL,
        Cadence.YEAR,
        Subject(
            "tenant",
            "huarui",
            Bilingual("Huarui Biomedicine Co., Ltd. <Foshan> & partners", "佛山华睿生物医药有限公司（一厂）"),
            {"unified_social_credit_code": "91440600MA4W0000X0", "permit": FORMULA},
        ),
        MONTHS[0],
        MONTHS[-1],
        version=2,
        supersedes="huarui-2025-v1",
        reason="电表倍率更正：3号变电所",
        rests=Rests(
            {"regime": "GHG_PROTOCOL", "gwpSet": "AR6"},
            3,
            "5e" * 32,
            "parkledger-method/1",
            "2026-03-31T16:00:00+08:00",
        ),
        totals=TOTALS,
        tables=(summary(), required(), energy(), projects(), meters()),
        lines=lines(),
        gaps=("2025-06 锅炉房天然气：无因子", "Solvents of the pilot plant: no quantity stated"),
    )


def with_total(name: str, tonnes: str) -> Document:
    """Return the example with one total changed, in its head and in the summary table."""
    original = document()
    table = original.tables[0]
    rows = [replace(row, cells=(Decimal(tonnes), *row.cells[1:])) if row.code == name else row for row in table.rows]
    totals = {**original.totals, name: Decimal(tonnes) * 1000}
    return replace(original, totals=totals, tables=(replace(table, rows=rows), *original.tables[1:]))


def with_rows(*rows: Row) -> Document:
    """Return the example with rows of its own in the summary table, which is its only one."""
    return replace(document(), tables=(replace(summary(), rows=rows),))


def row(
    code: str, zh: str, *cells: Value, role: RowRole = RowRole.LINE, concept: str = "", column: str = "co2e"
) -> Row:
    """Return a row whose first number, or the cell of `column`, reports a concept."""
    return Row(code, Bilingual(f"Row {code}", zh), cells, role, {column: concept} if concept else None)


def summary() -> Table:
    """Return the totals and categories with their concepts."""
    columns = (
        Column("co2e", Bilingual("Emissions", "排放量"), CellKind.NUMBER, "tCO2e"),
        Column("share", Bilingual("Primary data", "初级数据占比"), CellKind.NUMBER, "%"),
        Column("source", Bilingual("Source", "来源")),
        Column("settled", Bilingual("Settled on", "结算日"), CellKind.DAY),
    )
    tonnes = {name: value.scaleb(-3) for name, value in TOTALS.items()}
    rows = (
        row(
            "SCOPE_1", "范围一", tonnes["SCOPE_1"], Decimal(100), "锅炉", date(2026, 1, 5), concept="pk:Scope1Emissions"
        ),
        row(
            "SCOPE_2_LOCATION",
            "范围二",
            tonnes["SCOPE_2_LOCATION"],
            None,
            "电表",
            None,
            concept="pk:Scope2LocationBased",
        ),
        *(
            row(
                f"S3.{number}",
                f"类别{number}",
                value.scaleb(-3),
                Decimal("12.5"),
                None,
                None,
                concept=concept_name("Scope3Emissions", f"Category{number}"),
            )
            for number, value in CATEGORIES.items()
        ),
        row("S3.2", "类别2（未提供）", None, None, FORMULA, None, concept="pk:Scope3Emissions[pk:Category2]"),
        row("SCOPE_3", "范围三", tonnes["SCOPE_3"], None, None, None, role=RowRole.TOTAL, concept="pk:Scope3Emissions"),
        row(
            "TOTAL_LOCATION",
            "合计",
            tonnes["TOTAL_LOCATION"],
            Decimal("33.333333333333333333"),
            None,
            None,
            role=RowRole.TOTAL,
            concept="pk:TotalLocationBased",
        ),
        row(
            "BIO",
            "生物成因",
            Decimal("-0.0001234567"),
            None,
            None,
            None,
            role=RowRole.MEMO,
            concept="pk:BiogenicScope1",
        ),
    )
    return Table("GHG.1", Bilingual("Inventory by scope", "分范围清单"), columns, rows, LONG)


def required() -> Table:
    """Return the totals of an enterprise's table, what is recovered and exported deducted."""
    columns = (Column("co2", Bilingual("Emissions", "排放量"), CellKind.NUMBER, "kgCO2"),)
    named = {
        "FuelEmissions": 40000,
        "RecoveredEmissions": 5000,
        "EmissionsWithoutElectricityAndHeat": 35000,
        "PurchasedElectricityEmissions": 12000,
        "ExportedHeatEmissions": 2000,
        "EmissionsOfElectricityAndHeat": 10000,
        "EmissionsWithElectricityAndHeat": 45000,
    }
    rows = [row(name, name, Decimal(value), concept=f"pk:{name}", column="co2") for name, value in named.items()]
    return Table("B.1", Bilingual("Summary", "排放量汇总"), columns, rows)


def energy() -> Table:
    """Return energy, money and ratios, in the units that facts stand in."""
    columns = (
        Column("energy", Bilingual("Energy", "能源"), CellKind.NUMBER, "MWh"),
        Column("heat", Bilingual("Heat", "热量"), CellKind.NUMBER, "GJ"),
        Column("money", Bilingual("Revenue", "营业收入"), CellKind.NUMBER, "万元"),
        Column("ratio", Bilingual("Intensity", "强度"), CellKind.NUMBER, "tCO2e/万元"),
        Column("share", Bilingual("Share", "占比"), CellKind.NUMBER, "%"),
    )
    names = ("EnergyFossil", "EnergyNuclear", "EnergyRenewable")
    values = (Decimal("9500.25"), Decimal(0), Decimal("500.5"))
    rows = (
        *(
            row(f"E.{at}", name, values[at], None, None, None, None, concept=f"pk:{name}", column="energy")
            for at, name in enumerate(names)
        ),
        row(
            "E.3",
            "能源消费总量",
            Decimal("10000.75"),
            Decimal("36002.7"),
            None,
            None,
            None,
            concept="pk:EnergyConsumption",
            column="energy",
        ),
        row("M.1", "营业收入", None, None, Decimal(25000), None, None, concept="pk:NetRevenue", column="money"),
        row(
            "M.2",
            "强度",
            None,
            None,
            None,
            Decimal("1.69138850"),
            None,
            concept="pk:IntensityLocationBased",
            column="ratio",
        ),
        row(
            "M.3",
            "合同工具占比",
            None,
            None,
            None,
            None,
            Decimal("25.5"),
            concept="pk:ShareOfContractualInstruments",
            column="share",
        ),
    )
    return Table("E1-5", Bilingual("Energy and intensity", "能源与强度"), columns, rows)


def projects() -> Table:
    """Return a table that nobody stated anything for."""
    columns = (
        Column("owner", Bilingual("Owner", "实施主体")),
        Column("saving", Bilingual("Saving", "减排量"), CellKind.NUMBER),
    )
    note = Bilingual("Nobody stated what this table shows.", "本表内容无人填报。")
    return Table("P11", Bilingual("Projects", "项目清单"), columns, (), note)


def meters() -> Table:
    """Return a table too wide for an upright page and too long for one page."""
    heads = ("表计", "位置", "精度", "校准", "频次", "部门", "数据处理", "读数")
    columns = [Column(f"c{at}", Bilingual(f"Column {at}", head)) for at, head in enumerate(heads[:-1])]
    columns.append(Column("reading", Bilingual("Reading", heads[-1]), CellKind.NUMBER, "kWh"))
    texts = ("0.5S级", "3号变电所10kV母线二段", "0.5S", "2025-03", "每15分钟", "能源管理部", "自动采集后人工复核")
    rows = tuple(
        row(f"M{number:02}", f"电表{number}", *texts, Decimal("123456789012345678901.5") + number)
        for number in range(60)
    )
    return Table("QA", Bilingual("Meters", "计量器具"), columns, rows)


def lines() -> tuple[InventoryLine, ...]:
    """Return lines that add up to the totals."""
    monthly = [
        line(total, month, kilograms)
        for month in MONTHS
        for total, kilograms in (
            ("SCOPE_1", SCOPE_1 if month != MONTHS[-1] else Decimal("-1000")),
            ("SCOPE_2_LOCATION", Decimal(368250)),
            ("SCOPE_2_MARKET", Decimal(508000)),
        )
    ]
    categories = [line("SCOPE_3", MONTHS[5], value, category) for category, value in CATEGORIES.items()]
    return (*monthly, *categories, line("OUTSIDE", MONTHS[0], TOTALS["OUTSIDE"]))


def line(total: str, month: date, kilograms: Decimal, category: str = "") -> InventoryLine:
    """Return a line whose factor is one kilogram a unit."""
    code = f"{total}/{category}/{month:%Y-%m}"
    gases: Mapping[str, Decimal] = {"CO2": kilograms}
    return InventoryLine(
        code, "huarui", "plant-1", month, "other", "main", total, category, kilograms, "kg", Decimal(1), 1, Decimal(1),
        kilograms, gases, Decimal(0), ("own-1",), 1,
    )  # fmt: skip
