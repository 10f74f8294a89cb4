"""Enums of the inner layers as enums of the API. The text under each member in the source is its description."""

import ast
import inspect
import textwrap
from enum import Enum, StrEnum
from itertools import pairwise
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from accounting.effective import Flag as LineFlag
from accounting.explanation import StepKind as StepKind
from accounting.footprints import Dimension as Dimension
from accounting.refusals import RefusalCode as Code
from accounting.regimes import RegimeCode as Regime
from emission_factors.activity_types import Method as Scope2Method
from emission_factors.activity_types import Scope as Scope
from emission_factors.factors import GasBasis as GasBasis
from emission_factors.factors import Origin as Origin
from emission_factors.factors import Purpose as Purpose
from emission_factors.factors import Status as Status
from emission_factors.gases import GwpSet as GwpSet
from emission_factors.selection import Reason as LossReason
from ledger.batches import Outcome as Outcome
from ledger.rows import Quality as Quality

__all__ = [
    "Code",
    "Dimension",
    "GasBasis",
    "GwpSet",
    "LineFlag",
    "LossReason",
    "MassUnit",
    "Origin",
    "Outcome",
    "Purpose",
    "Quality",
    "Regime",
    "Scope",
    "Scope2Method",
    "Status",
    "StepKind",
    "described",
    "member_texts",
]

E = TypeVar("E", bound=type[Enum])


class MassUnit(StrEnum):
    """Unit a mass of emissions is shown in."""

    KILOGRAM = "KILOGRAM"
    """Kilograms."""
    TONNE = "TONNE"
    """Tonnes, of 1,000 kg."""


def described(found: E, name: str) -> E:
    """Register an enum under `name`, its class docstring and member texts as descriptions.

    Raises `TypeError` for a member without a text, so that no enum value reaches the API undescribed.
    """
    texts = member_texts(found)
    registered = strawberry.enum(found, name=name, description=inspect.getdoc(found))
    definition = cast("StrawberryEnumDefinition", registered.__strawberry_definition__)  # type: ignore[attr-defined]
    for value in definition.values:
        if value.name not in texts:
            raise TypeError(f"{found.__name__}.{value.name} has no text under it to describe it")
        value.description = texts[value.name]
    return found


def member_texts(found: type[Enum]) -> dict[str, str]:
    """Return member name -> the string literal that follows it in the class body."""
    body = cast("ast.ClassDef", ast.parse(textwrap.dedent(inspect.getsource(found))).body[0]).body
    texts: dict[str, str] = {}
    for member, text in pairwise(body):
        is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(member, ast.Assign) and isinstance(member.targets[0], ast.Name) and is_text:
            texts[member.targets[0].id] = str(cast("ast.Constant", cast("ast.Expr", text).value).value)
    return texts


for _found, _name in (
    (Code, "RefusalCode"),
    (Dimension, "FootprintDimension"),
    (GasBasis, "GasBasis"),
    (GwpSet, "GwpSet"),
    (LineFlag, "LineFlag"),
    (LossReason, "CandidateReason"),
    (Origin, "FactorOrigin"),
    (Outcome, "RowOutcomeKind"),
    (Purpose, "FactorPurpose"),
    (Quality, "DataQuality"),
    (Regime, "Regime"),
    (Scope, "Scope"),
    (Scope2Method, "Scope2Method"),
    (Status, "FactorStatus"),
    (StepKind, "ExplanationStepKind"),
    (MassUnit, "MassUnit"),
):
    described(_found, _name)
