"""The catalogue in the API: releases, factors with their citation, activity types, units, regions, gases."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import strawberry

from emission_factors import activity_types as types
from emission_factors import catalogue, factors, gases, regions, selection, units
from emission_factors.decimals import rounded
from schema.enums import GasBasis, GwpSet, LossReason, Origin, Purpose, Scope, Scope2Method, Status
from schema.global_ids import encode
from schema.scalars import Day, ExactDecimal
from schema.types.nodes import Node


@strawberry.type(description="An immutable, numbered set of factor data sets.")
class FactorRelease:
    """A release."""

    number: int = strawberry.field(description="Number; name it in a basis to compute with this release.")
    name: str = strawberry.field(description="Name.")
    published_on: Day = strawberry.field(description="When the release was made.")
    content_hash: str = strawberry.field(description="SHA-256 over the data sets, byte for byte.")
    note: str = strawberry.field(description="What changed with it.")

    @classmethod
    def of(cls, found: catalogue.Release) -> "FactorRelease":
        """Make the type of a release."""
        return cls(
            number=found.number,
            name=found.name,
            published_on=Day(found.published_on),
            content_hash=found.content_hash,
            note=found.note,
        )


@strawberry.type(description="Where a figure stands, enough to find it again without this service.")
class Citation:
    """A citation."""

    publisher: str = strawberry.field(description="Publisher; empty for an own factor.")
    document: str = strawberry.field(description="Document and edition.")
    locator: str = strawberry.field(description="Table, page or row.")
    licence: str = strawberry.field(description="Licence of the data set.")
    url: str = strawberry.field(description="Address of the publication, where known.")
    published_on: Day | None = strawberry.field(description="When it was published.")

    @classmethod
    def of(cls, found: factors.Citation) -> "Citation":
        """Make the type of a citation."""
        published = Day(found.published_on) if found.published_on else None
        return cls(
            publisher=found.publisher,
            document=found.document,
            locator=found.locator,
            licence=found.licence,
            url=found.url,
            published_on=published,
        )


@strawberry.type(description="A gas's part of a factor.")
class FactorGas:
    """One gas of a factor."""

    gas: str = strawberry.field(description="Gas.")
    value: ExactDecimal = strawberry.field(description="Kilograms per unit: of the gas or of CO2e, as `basis` says.")


@strawberry.type(description="A term of the product a factor was derived by.")
class FactorTerm:
    """One term of a chain."""

    gas: str = strawberry.field(description="Gas the chain is for.")
    name: str = strawberry.field(description="Name of the term, such as NCV.")
    value: ExactDecimal = strawberry.field(description="Value.")
    unit: str = strawberry.field(description="Unit.")
    source: str = strawberry.field(description="Where the term comes from, where stated.")


@strawberry.type(description="One version of one published or supplied value.")
class EmissionFactor(Node):
    """A factor."""

    factor_id: str = strawberry.field(description="Readable id: data set and record; name it in `estimate`.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name, empty where there is none.")
    path: str = strawberry.field(description="The publisher's own category path.")
    kinds: list[str] = strawberry.field(description="What the factor is for; inventory lines ask for these.")
    dataset: str = strawberry.field(description="Data set id.")
    record: str = strawberry.field(description="The publisher's record id.")
    region: str = strawberry.field(description="Region it is published for; empty for an own factor.")
    data_year: int = strawberry.field(description="Year the figure is of, not the year it was published in.")
    valid_from: Day = strawberry.field(description="First day it is valid for.")
    valid_to: Day | None = strawberry.field(description="Last day it is valid for, none while open.")
    unit: str = strawberry.field(description="Unit of activity the values are per.")
    basis: GasBasis = strawberry.field(description="What the numbers are.")
    gwp_set: GwpSet | None = strawberry.field(description="GWP set of printed CO2e values, where there is one.")
    co2e: ExactDecimal | None = strawberry.field(description="Printed total, kg CO2e per unit.")
    gases: list[FactorGas] = strawberry.field(description="Parts by gas.")
    co2_biogenic: ExactDecimal | None = strawberry.field(description="Biogenic CO2, kg per unit, outside the scopes.")
    terms: list[FactorTerm] = strawberry.field(description="The product the value was derived by, where it was.")
    stage: str = strawberry.field(description="Life-cycle stage, such as combustion or wtt.")
    calibre: str = strawberry.field(description="Kind of electricity average, where it is one.")
    sector: str = strawberry.field(description="Industry it is for, empty for any.")
    purposes: list[Purpose] = strawberry.field(description="What it may be used for.")
    uncertainty_low_percent: ExactDecimal | None = strawberry.field(description="Published uncertainty downwards, %.")
    uncertainty_high_percent: ExactDecimal | None = strawberry.field(description="Published uncertainty upwards, %.")
    quality: str = strawberry.field(description="Data quality as published.")
    printed: str = strawberry.field(description="The figure as printed, where its unit was converted.")
    status: Status = strawberry.field(description="How far the figure is confirmed.")
    origin: Origin = strawberry.field(description="Who gave it.")
    supplier: str = strawberry.field(description="Supplier whose own figure it is, empty if none.")
    note: str = strawberry.field(description="What a user must know about it.")
    citation: Citation = strawberry.field(description="Publisher, document, table and licence.")

    @classmethod
    def of(cls, found: factors.Factor) -> "EmissionFactor":
        """Make the type of a factor."""
        dataset, _, record = found.factor_id.partition(":")
        return cls(
            id=strawberry.ID(encode("EmissionFactor", found.factor_id)),
            factor_id=found.factor_id,
            name_en=found.name_en,
            name_zh=found.name_zh,
            path=found.path,
            kinds=list(found.kinds),
            dataset=dataset,
            record=record,
            region=found.region,
            data_year=found.data_year,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            unit=found.unit,
            basis=found.basis,
            gwp_set=found.gwp_set,
            co2e=_decimal(found.co2e),
            gases=[FactorGas(gas=name, value=ExactDecimal(rounded(value))) for name, value in found.gases],
            co2_biogenic=_decimal(found.co2_biogenic),
            terms=list(_terms(found)),
            stage=found.stage,
            calibre=found.calibre,
            sector=found.sector,
            purposes=sorted(found.purposes),
            uncertainty_low_percent=_optional(found.uncertainty_low),
            uncertainty_high_percent=_optional(found.uncertainty_high),
            quality=found.quality,
            printed=found.printed,
            status=found.status,
            origin=found.origin,
            supplier=found.supplier,
            note=found.note,
            citation=Citation.of(found.citation),
        )


@strawberry.type(description="A candidate factor that lost, and why.")
class LostCandidate:
    """One loser of a selection."""

    factor_id: str = strawberry.field(description="The candidate.")
    name_en: str = strawberry.field(description="Its English name.")
    reason: LossReason = strawberry.field(description="Why it lost.")
    detail: str = strawberry.field(description="The reason with both sides' figures.")

    @classmethod
    def of(cls, found: selection.Verdict) -> "LostCandidate":
        """Make the type of a verdict."""
        return cls(
            factor_id=found.factor.factor_id, name_en=found.factor.name_en, reason=found.reason, detail=found.detail
        )


@strawberry.type(description="An inventory line that an activity type yields.")
class InventoryLine:
    """A line of an activity type."""

    code: str = strawberry.field(description="Name of the line within its activity type.")
    scope: Scope = strawberry.field(description="Scope.")
    method: Scope2Method | None = strawberry.field(description="Scope 2 method, for scope 2 lines.")
    category: str = strawberry.field(description="Category in the scope; the number of a scope 3 category.")
    iso_category: str = strawberry.field(description="ISO 14064-1:2018 category.")
    factor_kind: str = strawberry.field(description="Kind of factor it asks for; alternatives are tried in order.")
    sign: int = strawberry.field(description="1, or -1 where the quantity reduces a balance.")

    @classmethod
    def of(cls, found: types.Line) -> "InventoryLine":
        """Make the type of a line."""
        return cls(
            code=found.code,
            scope=found.scope,
            method=found.method,
            category=found.category,
            iso_category=found.iso_category,
            factor_kind=found.kind,
            sign=found.sign,
        )


@strawberry.type(description="What can be posted: a kind of activity and the inventory lines one unit of it yields.")
class ActivityType(Node):
    """An activity type."""

    code: str = strawberry.field(description="Code to post with; a qualified type adds `/` and the qualifier.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    group: str = strawberry.field(description="Group of activity types.")
    dimensions: list[str] = strawberry.field(description="Dimensions a quantity may be posted in.")
    default_unit: str = strawberry.field(description="Usual unit.")
    qualifier_kind: str = strawberry.field(description="What the qualifier names, empty where there is none.")
    qualifiers: list[str] = strawberry.field(description="Qualifiers the newest release knows; at most 200 are listed.")
    source_type: str = strawberry.field(description="Number in the catalogue of a biomedical park's sources, if any.")
    description: str = strawberry.field(description="How to use it.")
    lines: list[InventoryLine] = strawberry.field(description="Inventory lines it yields.")

    @classmethod
    def of(cls, found: types.ActivityType, known: catalogue.Catalogue) -> "ActivityType":
        """Make the type of a catalogue entry, with the qualifiers a release knows."""
        stem = found.lines[0].kind.partition("/")[0] if found.qualifier_kind else ""
        return cls(
            id=strawberry.ID(encode("ActivityType", found.code)),
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            group=found.group,
            dimensions=list(found.dimensions),
            default_unit=found.default_unit,
            qualifier_kind=found.qualifier_kind,
            qualifiers=list(known.qualifiers.get(stem, ())[:200]),
            source_type=found.source_type,
            description=found.description,
            lines=[InventoryLine.of(line) for line in found.lines],
        )


@strawberry.type(description="A unit of the table.")
class UnitOfMeasure:
    """A unit."""

    code: str = strawberry.field(description="Code.")
    dimension: str = strawberry.field(description="Dimension it measures.")
    base_unit: str = strawberry.field(description="Base unit of the dimension.")
    to_base: ExactDecimal = strawberry.field(description="Base units in one of it, exactly.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")

    @classmethod
    def of(cls, found: units.Unit) -> "UnitOfMeasure":
        """Make the type of a unit."""
        return cls(
            code=found.code,
            dimension=found.dimension,
            base_unit=found.base,
            to_base=ExactDecimal(rounded(found.to_base)),
            name_en=found.name_en,
            name_zh=found.name_zh,
        )


@strawberry.type(description="A region of the table.")
class Region:
    """A region."""

    code: str = strawberry.field(description="ISO 3166 code, or a code of ours for a grid region.")
    level: str = strawberry.field(description="world, country, grid_region or province.")
    parent: str = strawberry.field(description="Next wider region, empty for the world.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")

    @classmethod
    def of(cls, found: regions.Region) -> "Region":
        """Make the type of a region."""
        return cls(
            code=found.code, level=found.level, parent=found.parent, name_en=found.name_en, name_zh=found.name_zh
        )


@strawberry.type(description="A global warming potential of one assessment report.")
class GwpValue:
    """A GWP."""

    gwp_set: GwpSet = strawberry.field(description="Assessment report.")
    value: ExactDecimal = strawberry.field(description="kg CO2e per kg over 100 years.")
    table: str = strawberry.field(description="Table it is printed in; for a blend, how it was computed.")


@strawberry.type(description="A greenhouse gas, or a blend of some.")
class Gas:
    """A gas or blend."""

    code: str = strawberry.field(description="Code.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    kyoto_group: str = strawberry.field(description="CO2, CH4, N2O, HFCS, PFCS, SF6, NF3; OTHER outside; BLEND.")
    composition: list["BlendPart"] = strawberry.field(description="Components of a blend, by mass.")
    gwps: list[GwpValue] = strawberry.field(description="Its 100-year GWPs; a report that gives none is left out.")


@strawberry.type(description="A component of a blend.")
class BlendPart:
    """A component."""

    gas: str = strawberry.field(description="Gas.")
    mass_fraction: ExactDecimal = strawberry.field(description="Share of the mass, 0 to 1.")


def known_gases() -> Iterable[Gas]:
    """Yield every gas and blend of the catalogue."""
    for found in gases.all_gases():
        values = []
        for gwp_set in gases.GwpSet:
            try:
                entry = gases.gwp(found.code, gwp_set)
            except gases.UnknownGwp:
                continue
            values.append(GwpValue(gwp_set=gwp_set, value=ExactDecimal(entry.value), table=entry.table))
        yield Gas(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            kyoto_group=found.kyoto_group,
            composition=[],
            gwps=values,
        )
    for name in gases.blends():
        yield _blend(name)


def _blend(name: str) -> Gas:
    parts = gases.composition(name)
    values = [
        GwpValue(
            gwp_set=gwp_set,
            value=ExactDecimal(gases.blend_gwp(name, gwp_set)),
            table="sum over Kyoto components of mass fraction x GWP",
        )
        for gwp_set in (gases.GwpSet.AR4, gases.GwpSet.AR5, gases.GwpSet.AR6)
    ]
    return Gas(
        code=name,
        name_en=f"refrigerant blend {name}",
        name_zh=f"混合制冷剂 {name}",
        kyoto_group="BLEND",
        composition=[BlendPart(gas=gas, mass_fraction=ExactDecimal(share)) for gas, share in parts.items()],
        gwps=values,
    )


def _terms(found: factors.Factor) -> Iterable[FactorTerm]:
    for gas, chain in found.terms:
        for term in chain:
            yield FactorTerm(
                gas=gas, name=term.name, value=ExactDecimal(term.value), unit=term.unit, source=term.source
            )


def _decimal(value: Fraction | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(rounded(value))


def _optional(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)
