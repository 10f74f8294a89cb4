"""A catalogue: the factors and properties of one release, indexed. Built once, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from emission_factors.factors import Dataset, Factor
from emission_factors.properties import Property


@dataclass(frozen=True, slots=True)
class Release:
    """An immutable set of data sets. `content_hash` is the SHA-256 over the hashes of their files."""

    number: int
    name: str
    published_on: date
    content_hash: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """The factors of one release. Two catalogues are the same only if they are one object; compare releases instead."""

    release: Release
    datasets: Mapping[str, Dataset]
    factors: Mapping[str, Factor]
    by_kind: Mapping[str, tuple[Factor, ...]]
    properties: Mapping[str, tuple[Property, ...]]
    qualifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_yearly: bool = True
    """Whether every factor's validity begins and ends with a calendar year, so that one choice serves a year."""

    def of_kind(self, kind: str) -> tuple[Factor, ...]:
        """Return every factor of a kind, whatever region and year."""
        return self.by_kind.get(kind, ())

    def knows_kind(self, kind: str) -> bool:
        """Whether any factor of the release is of the kind."""
        return kind in self.by_kind


def build(
    release: Release, datasets: Mapping[str, Dataset], factors: Iterable[Factor], properties: Iterable[Property]
) -> Catalogue:
    """Index factors by id and kind, and properties by substance."""
    by_id = {factor.factor_id: factor for factor in factors}
    kinds: dict[str, list[Factor]] = {}
    for factor in by_id.values():
        for kind in factor.kinds:
            kinds.setdefault(kind, []).append(factor)
    substances: dict[str, list[Property]] = {}
    for item in properties:
        substances.setdefault(item.substance, []).append(item)
    return Catalogue(
        release,
        MappingProxyType(dict(datasets)),
        MappingProxyType(by_id),
        MappingProxyType({kind: tuple(found) for kind, found in kinds.items()}),
        MappingProxyType({substance: tuple(found) for substance, found in substances.items()}),
        MappingProxyType(_qualifiers(kinds)),
        all(_is_yearly(factor) for factor in by_id.values() if factor.kinds),
    )


def _is_yearly(factor: Factor) -> bool:
    starts, ends = factor.valid_from, factor.valid_to
    return (starts.month, starts.day) == (1, 1) and (ends is None or (ends.month, ends.day) == (12, 31))


def _qualifiers(kinds: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the part before the slash of each qualified kind -> what may stand after it."""
    found: dict[str, list[str]] = {}
    for kind in kinds:
        stem, slash, qualifier = kind.partition("/")
        if slash:
            found.setdefault(stem, []).append(qualifier)
    return {stem: tuple(sorted(names)) for stem, names in found.items()}
