"""Ingest profiles refuse what contradicts itself."""

from typing import Any

import msgspec
import pytest

from accounting.management.ingest_profiles import (
    ColumnOf,
    Dataset,
    DateOrder,
    FileEncoding,
    FixedValue,
    IngestProfile,
    PeriodEnd,
    ValueOf,
)
from accounting.management.validity import BadManagement


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"name": " "}, "name", "name is empty"),
        ({"delimiter": "::"}, "delimiter", "'::' is not accepted"),
        ({"decimal_mark": "·"}, "decimal_mark", "accepted are '.' ','"),
        ({"thousands_mark": "."}, "thousands_mark", "is the decimal mark too"),
        ({"time_zone": "China"}, "time_zone", "no IANA time zone, such as Asia/Shanghai"),
        ({"time_zone": "../etc/passwd"}, "time_zone", "no IANA time zone"),
        ({"header_row": 0}, "header_row", "0 is not accepted; accepted are 1 to 100"),
        ({"float_digits": 16}, "float_digits", "16 is not accepted; accepted are 1 to 15"),
        ({"columns": (ColumnOf("a", "amount"),)}, "columns", "'amount' is no field of ACTIVITIES; accepted are source"),
        ({"columns": (ColumnOf(" ", "unit"),)}, "columns", "columns is empty"),
        ({"columns": (ColumnOf("a", "unit"), ColumnOf("a", "source"))}, "columns", "the header 'a' comes 2 times"),
        ({"columns": (ColumnOf("a", "unit"),), "fixed": (FixedValue("unit", "t"),)}, "columns", "field 'unit' comes"),
        ({"columns": (ColumnOf("a", "externalId"),), "id_columns": ("b",)}, "columns", "the field 'externalId' comes"),
        ({"columns": (ColumnOf("a", "period"), ColumnOf("b", "periodEnd"))}, "columns", "period stands for"),
        ({"id_columns": ("a", "a")}, "id_columns", "the header 'a' comes 2 times"),
        ({"values": (ValueOf("unit", "度", "kWh"), ValueOf("unit", "度", "MWh"))}, "values", "'unit: 度' comes"),
        ({"values": (ValueOf("amount", "a", "b"),)}, "values", "no field"),
        ({"fixed": (FixedValue("unit", ""),)}, "values", "is empty"),
        ({"dataset": Dataset.INTERVALS, "fixed": (FixedValue("unit", "t"),)}, "columns", "are series, start"),
        ({"columns": tuple(ColumnOf(f"c{number}", "") for number in range(501))}, "columns", "501 are named"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be(changed: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(BadManagement) as found:
        IngestProfile(**{"name": "p", **changed})
    assert found.value.field == field
    assert message in str(found.value)


def test_a_profile_is_kept_as_it_was() -> None:
    profile = IngestProfile(
        " bills ",
        Dataset.ACTIVITIES,
        FileEncoding.GB18030,
        ";",
        ",",
        ".",
        DateOrder.DAY_FIRST,
        "Asia/Shanghai",
        PeriodEnd.LAST_DAY,
        15,
        is_trimmed=False,
        sheet="S",
        header_row=3,
        columns=(ColumnOf("用量", "quantity"), ColumnOf("备注", "")),
        values=(ValueOf("unit", "度", "kWh"),),
        fixed=(FixedValue("source", "M1"),),
        id_columns=("单号",),
    )
    assert (
        msgspec.convert(msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(profile))), IngestProfile)
        == profile
    )
    assert profile.subject == "bills"
