"""The rows of `benchmarks.parks` as columns: as the files a client sends in bulk, and as the data of a plain COPY.

The same first and count give the same rows, whatever they are written as.
"""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import numpy
import polars

from benchmarks.parks import FIRST_HOUR, HOURS, SeededTenant
from emission_factors.releases import shipped_catalogue
from ledger.activities.rows import SourcePlace
from ledger.bulk.checks import Judge, check_chunk
from ledger.bulk.chunks import Chunk

COPY: Final = """
COPY activities (tenant_id, posting_id, version, kind, reason, activity_id, source_id, site_id, external_id,
    activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end, local_start, local_end,
    quality, document) FROM STDIN
"""
ZONE: Final = "Asia/Shanghai"
_STAGED: Final = (
    *("activity_id", "source_id", "site_id", "external_id", "activity_type", "supplier", "quantity", "unit"),
    *("base_quantity", "base_unit", "period_start", "period_end", "local_start", "local_end", "quality", "document"),
)
_RFC_3339: Final = "%Y-%m-%dT%H:%M:%S+08:00"


def frame(tenant: SeededTenant, first: int, count: int) -> polars.DataFrame:
    """Return the rows from one on as a client sends them, column by column: texts, times on the clock of the site."""
    numbers = numpy.arange(first, first + count)
    thousandths = numpy.random.default_rng(first).integers(0, 10**6, count)
    meters = polars.DataFrame(
        [(meter.code, meter.activity_type, meter.unit) for meter in tenant.meters],
        ["source", "activityType", "unit"],
        orient="row",
    )
    hours = (numbers // len(tenant.meters)) % HOURS
    starts = polars.Series("start", numpy.datetime64(FIRST_HOUR.replace(tzinfo=None), "us") + hours * _HOUR)
    start = polars.lit(starts) + polars.duration(hours=8)
    return meters[numbers % len(tenant.meters)].select(
        "source",
        (polars.col("source") + "-" + polars.Series(numbers).cast(polars.String)).alias("externalId"),
        "activityType",
        _decimals(thousandths).alias("quantity"),
        "unit",
        start.dt.strftime(_RFC_3339).alias("periodStart"),
        (start + polars.duration(hours=1)).dt.strftime(_RFC_3339).alias("periodEnd"),
        polars.lit("MEASURED").alias("quality"),
    )


_HOUR: Final = numpy.timedelta64(3600, "s")


def _decimals(thousandths: "numpy.ndarray[tuple[int], numpy.dtype[numpy.int64]]") -> polars.Series:
    digits = polars.Series(thousandths).cast(polars.String).str.zfill(4)
    return digits.str.head(-3) + "." + digits.str.tail(3)


def ndjson(rows: polars.DataFrame) -> bytes:
    """Return rows as NDJSON."""
    return rows.write_ndjson().encode()


def csv(rows: polars.DataFrame) -> bytes:
    """Return rows as CSV."""
    return rows.write_csv().encode()


def parquet(rows: polars.DataFrame) -> bytes:
    """Return rows as Parquet with the types a program would give them: decimals and timestamps."""
    times = [
        polars.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", time_unit="us")
        for name in ("periodStart", "periodEnd")
    ]
    typed = rows.with_columns(polars.col("quantity").cast(polars.Decimal(18, 3)), *times)
    data = io.BytesIO()
    typed.write_parquet(data, row_group_size=100_000)
    return data.getvalue()


def xlsx(rows: polars.DataFrame) -> bytes:
    """Return rows as a workbook of texts."""
    data = io.BytesIO()
    rows.write_excel(data)
    return data.getvalue()


FORMATS: Final[Mapping[str, tuple[str, Callable[[polars.DataFrame], bytes]]]] = {
    "NDJSON": ("application/x-ndjson", ndjson),
    "CSV": ("text/csv", csv),
    "Parquet": ("application/vnd.apache.parquet", parquet),
    "XLSX": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
}
"""Format -> its media type, and what writes it."""


def copied(tenant: SeededTenant, rows: polars.DataFrame, posting: UUID) -> bytes:
    """Return rows as the data of `COPY`: checked, converted and given ids beforehand, in the order of the file."""
    places = {meter.code: SourcePlace(meter.source_id, tenant.site_id, ZONE) for meter in tenant.meters}
    checked = check_chunk(Chunk(0, rows), Judge(places, shipped_catalogue(), datetime.now(UTC)))
    if len(checked.facts) != len(rows):
        raise RuntimeError(f"of {len(rows)} rows {len(checked.facts)} are facts")
    constant = {"t": tenant.tenant_id, "p": posting, "v": 1, "k": "ORIGINAL", "r": ""}
    columns = [polars.lit(str(value)).alias(name) for name, value in constant.items()]
    moments = [
        polars.col(name).dt.strftime("%Y-%m-%d %H:%M:%S" + zone).alias(name)
        for name, zone in {"period_start": "+00", "period_end": "+00", "local_start": "", "local_end": ""}.items()
    ]
    lines = checked.facts.select(_STAGED).with_columns(moments).select(*columns, polars.all())
    return lines.write_csv(include_header=False, separator="\t", quote_style="never").encode()
