"""Headers: which column of a file holds which field, by a profile or by names usual in English and Chinese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounting.management.ingest_profiles import FIELDS, OPTIONAL, PERIOD, Dataset, IngestProfile
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile

_USUAL: Final[Mapping[Dataset, Mapping[str, str]]] = {
    Dataset.ACTIVITIES: {
        "source": "source, source code, meter, meter id, meter no, 数据源, 来源, 来源编码, 表号, 电表号, 仪表编号",
        "externalId": "external id, id, row id, reference, 外部编号, 外部id, 编号, 单号, 流水号, 记录编号",
        "activityType": "activity type, activity, type, 活动类型, 活动数据类型, 排放源, 能源品种, 类型",
        "quantity": "quantity, amount, consumption, 数量, 用量, 消耗量, 活动数据, 活动水平, 使用量",
        "unit": "unit, uom, unit of measure, 单位, 计量单位",
        "periodStart": "period start, start, start date, start time, from, 开始时间, 起始时间, 开始日期, 起始日期",
        "periodEnd": "period end, end, end date, end time, to, 结束时间, 截止时间, 结束日期, 截止日期",
        "supplier": "supplier, vendor, 供应商, 供货商, 供应单位",
        "quality": "quality, data quality, 数据质量, 质量, 数据类别",
        "document": "document, evidence, invoice, invoice no, 凭证, 证据, 票据, 票据号, 发票号, 发票号码",
        PERIOD: "period, month, billing month, 期间, 月份, 账期, 年月, 统计月份",
    },
    Dataset.INTERVALS: {
        "series": "series, series code, meter, channel, 序列, 序列编码, 表号, 通道",
        "start": "start, interval start, time, timestamp, 开始时间, 时间, 时刻",
        "value": "value, reading, quantity, 数值, 读数, 值",
    },
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its place from 0, its header, and its field; `id 0` and on are parts of the id."""

    place: int
    header: str
    field: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file that are read, and the headers of those that are left aside."""

    width: int
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]

    def header_of(self, field: str) -> str:
        """Return the header of a field's column; the field itself where it has none."""
        return next((one.header for one in self.columns if one.field == field), field)

    def place_of(self, field: str) -> int | None:
        """Return where a field's column stands; None where it has none."""
        return next((one.place for one in self.columns if one.field == field), None)


def layout(headers: Sequence[str], profile: IngestProfile, limits: Limits) -> Layout:
    """Return what the columns of a header hold.

    Raises `UnreadableFile` for a field that two columns hold, one that none holds, a column that the profile names and
    the header lacks, and more columns than are accepted.
    """
    if len(headers) > limits.columns:
        message = f"the header has {len(headers)} columns; at most {limits.columns} are accepted"
        raise UnreadableFile(FileFault.HEADER, message)
    names = named(profile)
    read: list[Column] = []
    ignored: list[str] = []
    for place, header in enumerate(headers):
        found = [Column(place, header.strip(), field) for field in names.get(_key(header), ())]
        read += found
        if not found and header.strip():
            ignored.append(header.strip())
    _check_declared(headers, profile)
    _check_once(read)
    _check_complete(headers, read, profile)
    return Layout(len(headers), tuple(read), tuple(ignored))


def recognised(headers: Sequence[str], profile: IngestProfile) -> int:
    """Return how many columns of a header are known; the more, the likelier it is the header."""
    names = named(profile)
    return sum(_key(header) in names for header in headers)


def named(profile: IngestProfile) -> dict[str, tuple[str, ...]]:
    """Return header as compared -> fields, `id 0` and on for parts of the external id; none is a column left aside."""
    fixed = {one.field for one in profile.fixed} | ({"externalId"} if profile.id_columns else set())
    declared = {one.field for one in profile.columns}
    names: dict[str, tuple[str, ...]] = {}
    for field, usual in _USUAL[profile.dataset].items():
        if field in fixed or field in declared or _stands_aside(field, fixed | declared):
            continue
        for name in (field, *usual.split(", ")):
            names[_key(name)] = (field,)
    for one in profile.columns:
        names[_key(one.header)] = (one.field,) if one.field else ()
    for number, header in enumerate(profile.id_columns):
        names[_key(header)] = (*names.get(_key(header), ()), f"id {number}")
    return names


def _stands_aside(field: str, filled: set[str]) -> bool:
    """Whether a usual name counts no more, as the profile says the period another way."""
    span = {"periodStart", "periodEnd"}
    return (field in span and PERIOD in filled) or (field == PERIOD and bool(span & filled))


def _key(header: str) -> str:
    """Return a header as it is compared: without case, spaces, marks and a unit in brackets, so `Period_start` too."""
    bare = header.strip().partition("(")[0].partition("（")[0] or header
    return "".join(char for char in bare.casefold() if char.isalnum())


def _check_declared(headers: Sequence[str], profile: IngestProfile) -> None:
    present = {_key(header) for header in headers}
    wanted = [*(one.header for one in profile.columns if one.field), *profile.id_columns]
    for header in wanted:
        if _key(header) not in present:
            message = f"the profile {profile.name!r} names a column {header!r}; {_shown(headers)}"
            raise UnreadableFile(FileFault.HEADER, message)


def _check_once(read: Sequence[Column]) -> None:
    held: dict[str, Column] = {}
    for column in read:
        before = held.setdefault(column.field, column)
        if before is not column:
            message = (
                f"the columns {before.header!r} (the {before.place + 1}. from the left) and {column.header!r} "
                f"(the {column.place + 1}.) both hold {column.field}; rename one, or say in a profile which is read"
            )
            raise UnreadableFile(FileFault.HEADER, message)


def _check_complete(headers: Sequence[str], read: Sequence[Column], profile: IngestProfile) -> None:
    held = {column.field for column in read} | {one.field for one in profile.fixed}
    if profile.id_columns:
        held.add("externalId")
    if PERIOD in held:
        if held & {"periodStart", "periodEnd"}:
            message = "the header has a period and a start or end of it; say in a profile which is read"
            raise UnreadableFile(FileFault.HEADER, message)
        held |= {"periodStart", "periodEnd"}
    missing = [field for field in FIELDS[profile.dataset] if field not in held and field not in OPTIONAL]
    if missing:
        usual = "; ".join(f"{field} (such as {_some(field, profile.dataset)})" for field in missing)
        message = f"no column holds {usual}; {_shown(headers)}. A profile can say which column it is, or fix its value"
        raise UnreadableFile(FileFault.HEADER, message)


def _some(field: str, dataset: Dataset) -> str:
    names = _USUAL[dataset][field].split(", ")
    chinese = next(name for name in names if not name.isascii())
    return f"{names[0]!r}, {chinese!r}"


def _shown(headers: Sequence[str]) -> str:
    return "the header has " + (", ".join(repr(header[:40]) for header in headers[:30]) or "no column")
