"""Ingest profiles: how the files of a tenant are read, as declared."""

from typing import Self

import strawberry

from accounting.management import ingest_profiles
from schema.ingest_enums import IngestDataset
from schema.ingest_profile_enums import FileDateOrder, FileEncoding, FilePeriodEnd

_FIELD = "The field, as the API names it; `period` is a month, day or year that stands for its start and end."


@strawberry.input(description="What a column of a file, or a key of a JSON object, holds.")
class IngestColumnInput:
    """A column."""

    header: str = strawberry.field(description="Its header, compared without case, spaces and a unit in brackets.")
    field: str = strawberry.field(default="", description=f"{_FIELD} Empty leaves the column aside.")


@strawberry.input(description="What a text in a field means, such as 外购电 for electricity.grid.")
class IngestValueInput:
    """A text and its meaning."""

    field: str = strawberry.field(description=_FIELD)
    text: str = strawberry.field(description="The text as it stands in the file.")
    means: str = strawberry.field(description="What is posted instead.")


@strawberry.input(description="What a field is in every row of a file.")
class IngestFixedValueInput:
    """A fixed value."""

    field: str = strawberry.field(description=_FIELD)
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="How the files of a tenant are read that are sent with the name of this profile.")
class IngestProfileInput:
    """A profile."""

    name: str = strawberry.field(description="Name of the profile; declaring it again makes its next version.")
    dataset: IngestDataset = strawberry.field(
        default=IngestDataset.ACTIVITIES, description="What the rows of the files are."
    )
    encoding: FileEncoding = strawberry.field(
        default=FileEncoding.UTF_8, description="How CSV and NDJSON files write characters."
    )
    delimiter: str = strawberry.field(
        default="", description="What separates the cells of CSV: , ; | or a tab. Found from the header if left out."
    )
    decimal_mark: str = strawberry.field(default=".", description="Point or comma before the decimals.")
    thousands_mark: str = strawberry.field(
        default="", description="What groups thousands: , . ' or a space. None is accepted if left out."
    )
    date_order: FileDateOrder = strawberry.field(
        default=FileDateOrder.YEAR_FIRST, description="Which part of a date comes first."
    )
    time_zone: str = strawberry.field(
        default="", description="IANA time zone of times without offset, such as Asia/Shanghai; these are refused else."
    )
    period_end: FilePeriodEnd | None = strawberry.field(
        default=None, description="What a period end says that is a day without a time; refused if left out."
    )
    float_digits: int | None = strawberry.field(
        default=None,
        description="Significant digits, 1 to 15, that binary numbers of Parquet and calculated ones of workbooks are "
        "rounded to, half to even. Refused if left out, as they are not exact.",
    )
    is_trimmed: bool = strawberry.field(default=True, description="Whether spaces around a text are left out.")
    sheet: str = strawberry.field(default="", description="Name of the sheet of a workbook; the first if left out.")
    header_row: int = strawberry.field(default=1, description="Row of the header, 1 to 100; rows above are left out.")
    columns: list[IngestColumnInput] = strawberry.field(
        default_factory=list, description="What columns hold, beside headers that are usual in English and Chinese."
    )
    values: list[IngestValueInput] = strawberry.field(default_factory=list, description="What texts in fields mean.")
    fixed: list[IngestFixedValueInput] = strawberry.field(
        default_factory=list, description="What fields are in every row, such as the source of a whole file."
    )
    id_columns: list[str] = strawberry.field(
        default_factory=list,
        description="Headers of columns that together name a row; joined by a slash they are its external id.",
    )

    def content(self) -> ingest_profiles.IngestProfile:
        """Return the profile; raises `validity.BadManagement`."""
        return ingest_profiles.IngestProfile(
            name=self.name.strip(),
            dataset=self.dataset,
            encoding=self.encoding,
            delimiter=self.delimiter,
            decimal_mark=self.decimal_mark,
            thousands_mark=self.thousands_mark,
            date_order=self.date_order,
            time_zone=self.time_zone.strip(),
            period_end=self.period_end,
            float_digits=self.float_digits,
            is_trimmed=self.is_trimmed,
            sheet=self.sheet.strip(),
            header_row=self.header_row,
            columns=tuple(ingest_profiles.ColumnOf(one.header, one.field) for one in self.columns),
            values=tuple(ingest_profiles.ValueOf(one.field, one.text, one.means) for one in self.values),
            fixed=tuple(ingest_profiles.FixedValue(one.field, one.value) for one in self.fixed),
            id_columns=tuple(self.id_columns),
        )


@strawberry.type(description="What a column of a file holds.")
class IngestColumn:
    """A column."""

    header: str = strawberry.field(description="Its header.")
    field: str = strawberry.field(description="The field; empty is left aside.")


@strawberry.type(description="What a text in a field means.")
class IngestValue:
    """A text and its meaning."""

    field: str = strawberry.field(description="The field.")
    text: str = strawberry.field(description="The text as it stands in the file.")
    means: str = strawberry.field(description="What is posted instead.")


@strawberry.type(description="What a field is in every row of a file.")
class IngestFixedValue:
    """A fixed value."""

    field: str = strawberry.field(description="The field.")
    value: str = strawberry.field(description="The value.")


@strawberry.type(description="How files of a tenant are read.")
class IngestProfile:
    """A profile as declared."""

    name: str = strawberry.field(description="Name of the profile.")
    dataset: IngestDataset = strawberry.field(description="What the rows of the files are.")
    encoding: FileEncoding = strawberry.field(description="How text files write characters.")
    delimiter: str = strawberry.field(description="What separates the cells of CSV; empty is found from the header.")
    decimal_mark: str = strawberry.field(description="Point or comma before the decimals.")
    thousands_mark: str = strawberry.field(description="What groups thousands; empty is nothing.")
    date_order: FileDateOrder = strawberry.field(description="Which part of a date comes first.")
    time_zone: str = strawberry.field(description="Time zone of times without offset; empty refuses these.")
    period_end: FilePeriodEnd | None = strawberry.field(description="What a period end without a time says.")
    float_digits: int | None = strawberry.field(description="Significant digits that binary numbers are rounded to.")
    is_trimmed: bool = strawberry.field(description="Whether spaces around a text are left out.")
    sheet: str = strawberry.field(description="Name of the sheet of a workbook; empty is the first.")
    header_row: int = strawberry.field(description="Row of the header.")
    columns: list[IngestColumn] = strawberry.field(description="What columns hold.")
    values: list[IngestValue] = strawberry.field(description="What texts in fields mean.")
    fixed: list[IngestFixedValue] = strawberry.field(description="What fields are in every row.")
    id_columns: list[str] = strawberry.field(description="Headers of the parts of the external id.")

    @classmethod
    def of(cls, found: ingest_profiles.IngestProfile) -> Self:
        """Make the type of a profile."""
        return cls(
            name=found.name,
            dataset=found.dataset,
            encoding=found.encoding,
            delimiter=found.delimiter,
            decimal_mark=found.decimal_mark,
            thousands_mark=found.thousands_mark,
            date_order=found.date_order,
            time_zone=found.time_zone,
            period_end=found.period_end,
            float_digits=found.float_digits,
            is_trimmed=found.is_trimmed,
            sheet=found.sheet,
            header_row=found.header_row,
            columns=[IngestColumn(header=one.header, field=one.field) for one in found.columns],
            values=[IngestValue(field=one.field, text=one.text, means=one.means) for one in found.values],
            fixed=[IngestFixedValue(field=one.field, value=one.value) for one in found.fixed],
            id_columns=list(found.id_columns),
        )
