"""NDJSON: exact numbers, no key lost, what is irregular said of its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounting.management.ingest_profiles import ColumnOf, Dataset, IngestProfile
from api.ingest.formats import FileFault, FileFormat
from api.ingest.formats.ndjson_files import NdjsonFile
from tests.api.ingest.formats.files import HEADER, ROW, SMALL, fault_of, ndjson_text, read, refusals, rows, saved

NDJSON = FileFormat.NDJSON
GIVEN = dict(zip(HEADER, ROW, strict=True))


def test_rows_come_as_they_stand(tmp_path: Path) -> None:
    given_rows = [{**GIVEN, "externalId": f"电-{number}"} for number in range(30)]
    found = read(saved(tmp_path, ndjson_text(given_rows)), NDJSON, limits=SMALL)
    assert rows(found) == [tuple(row.values()) for row in given_rows]
    escaped = "".join(json.dumps(row) + "\n" for row in given_rows)
    assert rows(read(saved(tmp_path, escaped), NDJSON, limits=SMALL)) == rows(found)


def test_a_key_that_the_first_line_lacks_is_parsed_in_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {name: value for name, value in GIVEN.items() if name != "document"}
    path = saved(tmp_path, ndjson_text([lacking, GIVEN]))
    monkeypatch.setattr(NdjsonFile, "_careful", None)
    assert rows(read(path, NDJSON)) == [(*ROW[:-1], ""), ROW]


@pytest.mark.parametrize(
    "number", ["0.1", "12.50", "12345678901234567890.123456789", "0", "-3", "1e3", "2.5E-1", "0.30000000000000004"]
)
@pytest.mark.parametrize(
    "text", ['{{"quantity": {0}, {1}}}', '{{ "quantity":{0},{1} }}', '{{"x": 1, "quantity":{0},{1}}}']
)
def test_a_number_is_taken_as_it_is_written(tmp_path: Path, number: str, text: str) -> None:
    rest = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in GIVEN.items() if key != "quantity")
    line = text.format(number, rest)
    found = read(saved(tmp_path, f"{line}\n"), NDJSON)
    assert rows(found)[0][3] == ("" if '"x"' in line else number)
    assert len(refusals(found)) == ('"x"' in line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"source": "M1"', "is no JSON object"),
        ('{"source": "M1"} {"source": "M2"}', "is no JSON object"),
        ('["M1"]', "a line holds one object in braces"),
        ("7", "a line holds one object in braces"),
        ('{"source": "M1", "source": "M1"}', "the key 'source' comes twice"),
        ('{"source": "M1", "suplier": "X"}', "the key 'suplier' is unknown; accepted are source, externalId"),
        ('{"source": {"code": "M1"}}', "'source' is an object; accepted is a text or a number"),
        ('{"source": ["M1"]}', "'source' is a list"),
        ('{"source": true}', "'source' is true or false"),
        ('{"source": "\\ud800"}', "'source' holds half a character"),
        ('{"quantity": NaN}', "NaN is no number of JSON"),
        ('{"source": "a\tb"}', "is no JSON object"),
        ("[" * 100_000, "is no JSON object"),
        ('{"quantity":' * 5000 + "1", "is no JSON object"),
    ],
)
def test_a_line_that_cannot_be_read(tmp_path: Path, line: str, message: str) -> None:
    good = json.dumps(GIVEN)
    found = read(saved(tmp_path, f"{good}\n\n{line}\n{good}\n"), NDJSON)
    assert rows(found) == [ROW, ("",) * 10, ROW]
    [one] = refusals(found)
    assert one.row == 1
    assert one.message.startswith("line 3")
    assert message in one.message


@pytest.mark.parametrize("number", ["01", "-01.5", "00"])
def test_what_is_no_number_of_json_is_none_whatever_stands_beside_it(tmp_path: Path, number: str) -> None:
    [one] = refusals(read(saved(tmp_path, f'{{"source":"M1","quantity":{number}}}\n'), NDJSON))
    assert "is no JSON object" in one.message


VALUES = st.one_of(
    st.text(st.sampled_from('ab":\\,{}é电\n'), max_size=6),
    st.none(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.lists(st.integers(), max_size=1),
)
OBJECTS = st.dictionaries(st.sampled_from([*HEADER, "other", 'a":"']), VALUES, max_size=6)


@given(st.lists(OBJECTS, min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=3 * settings().max_examples)
def test_every_line_is_a_row_read_or_refused(tmp_path: Path, given_rows: list[dict[str, Any]]) -> None:
    found = read(saved(tmp_path, ndjson_text(given_rows)), NDJSON)
    refused = {one.row: one for one in refusals(found)}
    for number, (row, given_row) in enumerate(zip(rows(found), given_rows, strict=True)):
        odd = [value for value in given_row.values() if isinstance(value, bool | list)]
        if set(given_row) - set(HEADER) or odd:
            assert number in refused
        elif number not in refused:
            texts = {name: "" if value is None else str(value) for name, value in given_row.items()}
            quality = row[8]
            assert row == tuple({**dict.fromkeys(HEADER, ""), **texts, "quality": quality}.values())


def test_keys_that_a_profile_names(tmp_path: Path) -> None:
    profile = IngestProfile(
        "p",
        decimal_mark=",",
        thousands_mark=".",
        columns=(ColumnOf("表号", "source"), ColumnOf("note", "")),
        id_columns=("表号", "n"),
    )
    given_row = {
        "表号": "M1",
        "n": "7",
        "note": {"any": 1},
        **{name: GIVEN[name] for name in HEADER[2:] if name != "quantity"},
    }
    lines: list[dict[str, Any]] = [
        {**given_row, "quantity": 1.234},
        {**given_row, "quantity": "1.234,5"},
        {**given_row, "quantity": 12},
    ]
    found = read(saved(tmp_path, ndjson_text(lines)), NDJSON, profile)
    assert [row[:4] for row in rows(found)] == [
        ("M1", "M1/7", "electricity.grid", "1.234"),
        ("M1", "M1/7", "electricity.grid", "1234.5"),
        ("M1", "M1/7", "electricity.grid", "12"),
    ]


def test_intervals(tmp_path: Path) -> None:
    text = '{"series": "S", "start": "2026-03-01T00:00:00Z", "value": 0.1}\n'
    found = read(saved(tmp_path, text), NDJSON, dataset=Dataset.INTERVALS)
    assert found[0].frame.columns == ["series", "start", "value"]
    assert rows(found) == [("S", "2026-03-01T00:00:00Z", "0.1")]


def test_a_list_is_refused_whole(tmp_path: Path) -> None:
    found = fault_of(saved(tmp_path, json.dumps([GIVEN])), NDJSON)
    assert found.fault is FileFault.FORMAT
    assert "no list around them" in str(found)


def test_half_a_character_is_no_nul(tmp_path: Path) -> None:
    good, bad = json.dumps(GIVEN), json.dumps({**GIVEN, "document": "\ud83c"})
    found = read(saved(tmp_path, f"{good}\n{bad}\n"), NDJSON)
    assert rows(found) == [ROW, ("",) * 10]
    assert refusals(found)[0].message == "line 2, column 'document': 'document' holds half a character: '\\ud83c'"
    pair = json.dumps({**GIVEN, "document": "\U0001f33f"})
    assert rows(read(saved(tmp_path, f"{pair}\n"), NDJSON)) == [(*ROW[:9], "\U0001f33f")]
