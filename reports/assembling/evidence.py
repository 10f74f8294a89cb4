"""What supports the figures: instruments with their proofs, meters, months posted, corrections."""

from collections import Counter
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.completeness import MatrixRow, Status
from accounting.management.expectations import Expectation
from accounting.management.meters import Meter
from accounting.reporting.inputs import ReportInputs
from accounting.scope2.instruments import Instrument
from emission_factors import decimals
from proofs.checkpoints import stated_checkpoint
from reports.assembling.lines import Lines, joined
from reports.assembling.making import Given, TableMaker, both, day, number, text
from reports.document import Bilingual, Table


def instruments_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return every instrument claimed for the period: what it covers, what is refused of it and why, its documents."""
    columns = (
        text("tenant", "Tenant", "企业"),
        text("kind", "Kind", "类型"),
        text("carrier", "Carrier", "能源品种"),
        text("generated", "Generated", "发电月份"),
        text("claimed", "Claimed for", "声明月份"),
        number("quantity", "Quantity", "电量", "MWh"),
        number("matched", "Covers", "已抵扣", "MWh"),
        number("refused", "Refused", "未采信", "MWh"),
        text("why", "Why refused", "未采信原因"),
        text("certificates", "Certificates", "证书编号"),
        day("cancelled", "Cancelled on", "核销日期"),
        text("documents", "Documents", "证明文件"),
    )
    adding = ("quantity", "matched", "refused")
    maker = TableMaker(
        lines, code, both("Evidence: contracts and certificates", "支撑材料：合同与绿证"), columns, adding
    )
    for one in sorted(inputs.instruments, key=lambda one: (inputs.parties[one.tenant].code, one.name, one.id)):
        maker.row(maker.next_code, both(one.name, one.name), _instrument(inputs, one))
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made()


def _instrument(inputs: ReportInputs, one: Instrument) -> dict[str, Given]:
    matching = inputs.footprint.matching
    matched = [match.quantity for match in (matching.matches if matching else ()) if match.instrument.id == one.id]
    refused = [found for found in (matching.rejections if matching else ()) if found.instrument.id == one.id]
    serials = one.serials
    return {
        "tenant": inputs.parties[one.tenant].code,
        "kind": one.kind.value,
        "carrier": one.carrier.value,
        "generated": f"{one.first_month:%Y-%m} – {one.last_month:%Y-%m}",
        "claimed": f"{one.claimed_from:%Y-%m} – {one.claimed_to:%Y-%m}",
        "quantity": one.quantity,
        "matched": decimals.total(matched),
        "refused": decimals.total(found.quantity for found in refused),
        "why": joined(f"{fault.reason.value}: {fault.message}" for found in refused for fault in found.faults) or None,
        "certificates": f"{serials.batch} {serials.first}–{serials.last}" if serials else None,
        "cancelled": one.cancellation.on if one.cancellation else None,
        "documents": joined(f"{document.kind.value} {document.id}" for document in one.evidence) or None,
    }


def heads_table(heads: Sequence[str], lines: Lines, code: str) -> Table:
    """Return the signed heads of the histories that the report rests on: whose, of how many events, with which root."""
    columns = (
        text("origin", "History", "历史记录"),
        number("size", "Events", "事件数"),
        text("root", "Root of the Merkle tree (RFC 9162)", "默克尔树根（RFC 9162）"),
    )
    maker = TableMaker(lines, code, both("Signed heads of the history", "历史记录的签名检查点"), columns, ())
    for note in heads:
        head = stated_checkpoint(note.encode())
        cells: dict[str, Given] = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
        maker.row(maker.next_code, both("Head", "检查点"), cells)
    return maker.made()


def meters_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return the data quality plan: each source with its meter, accuracy, calibration and how often it is to post."""
    columns = (
        text("tenant", "Tenant", "企业"),
        text("site", "Facility", "设施"),
        text("source", "Source", "数据来源"),
        text("instrument", "Meter", "计量器具"),
        text("accuracy", "Accuracy class", "准确度等级"),
        day("calibrated", "Calibrated on", "检定日期"),
        day("due", "Calibration due", "下次检定日期"),
        text("frequency", "To post", "填报频次"),
        text("department", "Responsible department", "负责部门"),
        text("document", "Document", "文件"),
    )
    maker = TableMaker(lines, code, both("Data quality plan: meters", "数据质量控制计划：计量器具"), columns, ())
    due = {one.content.source: one.content for one in inputs.said(DeclarationKind.EXPECTATION)}
    meters = _meters(inputs)
    for key, stream in sorted(inputs.streams.items(), key=lambda pair: (pair[1].code, str(pair[0]))):
        meter, expectation = meters.get(key), due.get(key)
        cells: dict[str, Given] = {**_meter(meter), **_expected(expectation)}
        if cells:
            place = inputs.places[stream.site]
            cells |= {"tenant": inputs.parties[place.tenant].code, "site": place.code, "source": stream.code}
            maker.row(maker.next_code, both(stream.name_en, stream.name_zh), cells)
    return maker.made()


def _meters(inputs: ReportInputs) -> dict[UUID, Meter]:
    """Return the meter of each source at the end of the period, the latest where there are several."""
    found = [one.content for one in inputs.said(DeclarationKind.METER)]
    return {one.source: one for one in sorted(found, key=lambda one: one.valid_from) if one.valid_from <= inputs.on}


def _meter(meter: Meter | None) -> dict[str, Given]:
    if meter is None:
        return {}
    return {
        "instrument": meter.instrument,
        "accuracy": meter.accuracy_class or None,
        "calibrated": meter.calibrated_on,
        "due": meter.calibration_due,
        "document": meter.document or None,
    }


def _expected(expectation: Expectation | None) -> dict[str, Given]:
    return {} if expectation is None else {"frequency": expectation.every.value}


_STATES: Final = tuple(status for status in Status if status is not Status.NOT_EXPECTED)


def completeness_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return how many months of each source were posted, stated as zero, missing, or free for a reason."""
    columns = (
        text("tenant", "Tenant", "企业"),
        text("site", "Site", "场所"),
        text("types", "Activity types", "活动类型"),
        *(number(status.value.lower(), heading.en, heading.zh) for status, heading in _HEADINGS.items()),
        text("missing_months", "Missing months", "缺失月份"),
    )
    maker = TableMaker(
        lines,
        code,
        both("Completeness of the data, months", "数据完整性（月数）"),
        columns,
        [one.value.lower() for one in _STATES],
    )
    for row in sorted(inputs.matrix, key=lambda row: _row_order(inputs, row)):
        maker.row(maker.next_code, _source_name(inputs, row), _completeness(inputs, row))
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made()


_HEADINGS: Final = {
    Status.POSTED: both("Posted", "已填报"),
    Status.ZERO: both("Zero", "零值"),
    Status.MISSING: both("Missing", "缺失"),
    Status.NOT_YET_DUE: both("Not yet due", "未到期"),
    Status.NOT_APPLICABLE: both("Not applicable", "不适用"),
}


def _row_order(inputs: ReportInputs, row: MatrixRow) -> tuple[str, ...]:
    source = inputs.streams[row.source].code if row.source and row.source in inputs.streams else ""
    return (inputs.parties[row.tenant].code, inputs.places[row.site].code, source, *row.activity_types)


def _source_name(inputs: ReportInputs, row: MatrixRow) -> Bilingual:
    found = inputs.streams.get(row.source) if row.source else None
    return (
        both(f"{found.code} {found.name_en}", f"{found.code} {found.name_zh}")
        if found
        else both("any source", "任一来源")
    )


def _completeness(inputs: ReportInputs, row: MatrixRow) -> dict[str, Given]:
    counts = Counter(one.status for one in row.months)
    missing = [f"{one.month:%Y-%m}" for one in row.months if one.status is Status.MISSING]
    return {
        "tenant": inputs.parties[row.tenant].code,
        "site": inputs.places[row.site].code,
        "types": joined(row.activity_types) or None,
        **{status.value.lower(): counts[status] for status in _STATES},
        "missing_months": ", ".join(missing) or None,
    }


def restated_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return how many activities of the period were corrected or voided, by tenant and reason."""
    columns = (
        text("kind", "Kind", "类型"),
        text("reason", "Reason", "理由"),
        number("count", "Activities", "活动条数"),
    )
    maker = TableMaker(lines, code, both("Corrections of activity data", "活动数据更正"), columns, ("count",))
    found = [(inputs.parties[one.tenant], one) for one in inputs.restated]
    for party, one in sorted(found, key=lambda pair: (pair[0].code, pair[1].kind, pair[1].reason)):
        cells: dict[str, Given] = {"kind": one.kind, "reason": one.reason, "count": one.count}
        maker.row(maker.next_code, both(party.name_en, party.name_zh), cells)
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made(empty=both("Nothing of the period was corrected.", "报告期内无更正。"))
