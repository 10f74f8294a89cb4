"""Enums of the inner layers as enums of the API. The text under each member in the source is its description."""

import ast
import inspect
import re
import sys
from enum import Enum, StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from accounting.change.base_year import ChangeKind as BaseYearChangeKind
from accounting.change.base_year_declarations import BaseYearTotal as BaseYearTotal
from accounting.change.base_year_series import ChangeState as BaseYearChangeState
from accounting.change.intensity import Denominator as IntensityDenominator
from accounting.change.intensity import Status as IntensityStatus
from accounting.consolidation import Approach as ConsolidationApproach
from accounting.consolidation import FinancialControl as FinancialControl
from accounting.consolidation import LeaseKind as LeaseKind
from accounting.consolidation import Party as LeaseParty
from accounting.consolidation import Placement as LeasePlacement
from accounting.declarations import DeclarationKind as DeclarationKind
from accounting.effective import Flag as LineFlag
from accounting.energy.flows import ConversionKind as ConversionKind
from accounting.energy.flows import EndUse as EnergyEndUse
from accounting.energy.flows import EnergyValue as EnergyValue
from accounting.energy.flows import LossKind as EnergyLossKind
from accounting.energy.flows import Stage as EnergyStage
from accounting.energy.sankey import NodeKind as EnergyNodeKind
from accounting.explanation import Operation as StepOperation
from accounting.explanation import StepKind as StepKind
from accounting.grouping import Dimension as Dimension
from accounting.intervals.direct_wires import WireRatio as WireRatio
from accounting.intervals.direct_wires import WireStatus as WireStatus
from accounting.intervals.roles import SeriesRole as IntervalRole
from accounting.judgement.data_quality import Indicator as DataQualityIndicator
from accounting.judgement.headline_totals import Total as HeadlineTotal
from accounting.judgement.pedigree import BasicUncertainty as BasicUncertainty
from accounting.judgement.pedigree import FactorSet as PedigreeSet
from accounting.judgement.uncertainty import UncertaintyFlag as UncertaintyFlag
from accounting.judgement.uncertainty import UncertaintyForm as UncertaintyForm
from accounting.refusals import RefusalCode as Code
from accounting.regimes import RegimeCode as Regime
from accounting.scenarios.declared_targets import TargetStatus as TargetStatus
from accounting.scenarios.levers import ExtentKind as ScenarioExtentKind
from accounting.scenarios.target_progress import Judgement as TargetJudgement
from accounting.scenarios.targets import Ambition as TargetAmbition
from accounting.scenarios.targets import Framework as TargetFramework
from accounting.scenarios.targets import Metric as TargetMetric
from accounting.scenarios.targets import TargetMethod as TargetMethod
from accounting.scope2.instrument_faults import Reason as InstrumentReason
from accounting.scope2.instrument_rules import Level as InstrumentLevel
from accounting.scope2.instruments import Attribute as EnergyAttribute
from accounting.scope2.instruments import Criterion as InstrumentCriterion
from accounting.scope2.instruments import EnergyCarrier as EnergyCarrier
from accounting.scope2.instruments import EvidenceKind as EvidenceKind
from accounting.scope2.instruments import Kind as InstrumentKind
from accounting.supply.allocation import Carrier as HeatCarrier
from accounting.supply.allocation import Flag as CogenerationFlag
from accounting.supply.allocation import Key as AllocationKey
from accounting.supply.network import LossBearer as LossBearer
from accounting.supply.park_energy import Carrier as SuppliedCarrier
from accounting.supply.park_scope3 import Elimination as Scope3Elimination
from accounting.supply.plants import AllocationRule as PlantAllocation
from accounting.supply.plants import PlantKind as PlantKind
from accounting.supply.supply import InputKind as EnergySupplyInput
from accounting.supply.transfers import Side as TransferSide
from accounting.value_chain.scope3 import Finding as Scope3Finding
from accounting.value_chain.scope3 import Status as Scope3Status
from accounting.value_chain.screening import Criterion as RelevanceCriterion
from accounting.value_chain.screening import Decision as ScreeningDecision
from emission_factors.activity_types import Method as Scope2Method
from emission_factors.activity_types import Scope as Scope
from emission_factors.factors import GasBasis as GasBasis
from emission_factors.factors import Origin as Origin
from emission_factors.factors import Purpose as Purpose
from emission_factors.factors import Status as Status
from emission_factors.gases import GwpSet as GwpSet
from emission_factors.selection import Reason as LossReason
from ledger.activities.batches import Outcome as Outcome
from ledger.activities.rows import Quality as Quality
from ledger.instruments.rows import Change as InstrumentChange

__all__ = [
    "AllocationKey",
    "BaseYearChangeKind",
    "BaseYearChangeState",
    "BaseYearTotal",
    "BasicUncertainty",
    "Code",
    "CogenerationFlag",
    "ConsolidationApproach",
    "ConversionKind",
    "DataQualityIndicator",
    "DeclarationKind",
    "Dimension",
    "EnergyAttribute",
    "EnergyCarrier",
    "EnergyEndUse",
    "EnergyLossKind",
    "EnergyNodeKind",
    "EnergyStage",
    "EnergySupplyInput",
    "EnergyValue",
    "EvidenceKind",
    "FinancialControl",
    "GasBasis",
    "GwpSet",
    "HeadlineTotal",
    "HeatCarrier",
    "InstrumentChange",
    "InstrumentCriterion",
    "InstrumentKind",
    "InstrumentLevel",
    "InstrumentReason",
    "IntensityDenominator",
    "IntensityStatus",
    "IntervalResolution",
    "IntervalRole",
    "LeaseKind",
    "LeaseParty",
    "LeasePlacement",
    "LineFlag",
    "LossBearer",
    "LossReason",
    "MassUnit",
    "Origin",
    "Outcome",
    "PedigreeSet",
    "PlantAllocation",
    "PlantKind",
    "PowerWeight",
    "Purpose",
    "Quality",
    "Regime",
    "RelevanceCriterion",
    "ScenarioExtentKind",
    "Scope",
    "Scope2Method",
    "Scope3Elimination",
    "Scope3Finding",
    "Scope3Status",
    "ScreeningDecision",
    "Status",
    "StepKind",
    "StepOperation",
    "SuppliedCarrier",
    "TargetAmbition",
    "TargetFramework",
    "TargetJudgement",
    "TargetMethod",
    "TargetMetric",
    "TargetStatus",
    "TransferSide",
    "UncertaintyFlag",
    "UncertaintyForm",
    "WireRatio",
    "WireStatus",
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


class IntervalResolution(StrEnum):
    """How long the intervals of an answer are."""

    MINUTES_15 = "MINUTES_15"
    """Quarters of an hour."""
    MINUTES_30 = "MINUTES_30"
    """Half hours."""
    HOUR = "HOUR"
    """Hours."""
    DAY = "DAY"
    """Days on the wall clock of the site; one on which the clock is changed has 23 or 25 hours."""

    @property
    def minutes(self) -> int | None:
        """The minutes of an interval; None for days, which are not all of one length."""
        return {"MINUTES_15": 15, "MINUTES_30": 30, "HOUR": 60}.get(self.value)


class PowerWeight(StrEnum):
    """What a GJ of power counts for where a plant's total is divided by energy content."""

    ONCE = "ONCE"
    """As a GJ of heat (WRI/WBCSD CHP tool v1.0, 2006, energy content)."""
    TWICE = "TWICE"
    """As two GJ of heat (UK Government GHG conversion factors, methodology paper, CHP)."""


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
    texts: dict[str, str] = {}
    for member, text in pairwise(_class(found).body):
        is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(member, ast.Assign) and isinstance(member.targets[0], ast.Name) and is_text:
            said = str(cast("ast.Constant", cast("ast.Expr", text).value).value)
            texts[member.targets[0].id] = " ".join(said.split())
    return texts


def _class(found: type[Enum]) -> ast.ClassDef:
    """Return the class as parsed, its own lines alone: the modules around them are twenty times as long."""
    source = _source(found.__module__)
    lines = re.search(rf"^class {found.__name__}\(.*?(?=^\S|\Z)", source, re.DOTALL | re.MULTILINE)
    return cast("ast.ClassDef", ast.parse(lines[0] if lines else source).body[0])


@lru_cache
def _source(module: str) -> str:
    return inspect.getsource(sys.modules[module])


for _found, _name in (
    (Code, "RefusalCode"),
    (DeclarationKind, "DeclarationKind"),
    (Dimension, "FootprintDimension"),
    (EnergyAttribute, "EnergyAttribute"),
    (EnergyCarrier, "EnergyCarrier"),
    (EvidenceKind, "EvidenceKind"),
    (GasBasis, "GasBasis"),
    (GwpSet, "GwpSet"),
    (InstrumentChange, "InstrumentChange"),
    (InstrumentCriterion, "InstrumentCriterion"),
    (InstrumentKind, "InstrumentKind"),
    (InstrumentLevel, "InstrumentLevel"),
    (InstrumentReason, "InstrumentReason"),
    (LineFlag, "LineFlag"),
    (LossReason, "CandidateReason"),
    (Origin, "FactorOrigin"),
    (Outcome, "RowOutcomeKind"),
    (Purpose, "FactorPurpose"),
    (Quality, "DataQuality"),
    (Regime, "Regime"),
    (Scope, "Scope"),
    (Scope2Method, "Scope2Method"),
    (Scope3Finding, "Scope3Finding"),
    (Scope3Status, "Scope3Status"),
    (ScreeningDecision, "ScreeningDecision"),
    (RelevanceCriterion, "RelevanceCriterion"),
    (Status, "FactorStatus"),
    (StepKind, "ExplanationStepKind"),
    (StepOperation, "ExplanationOperation"),
    (MassUnit, "MassUnit"),
    (AllocationKey, "AllocationKey"),
    (BaseYearChangeKind, "BaseYearChangeKind"),
    (BaseYearChangeState, "BaseYearChangeState"),
    (BaseYearTotal, "BaseYearTotal"),
    (BasicUncertainty, "BasicUncertainty"),
    (CogenerationFlag, "CogenerationFlag"),
    (ConsolidationApproach, "ConsolidationApproach"),
    (DataQualityIndicator, "DataQualityIndicator"),
    (FinancialControl, "FinancialControl"),
    (HeatCarrier, "HeatCarrier"),
    (HeadlineTotal, "HeadlineTotal"),
    (IntensityDenominator, "IntensityDenominator"),
    (IntensityStatus, "IntensityStatus"),
    (LeaseKind, "LeaseKind"),
    (LeaseParty, "LeaseParty"),
    (LeasePlacement, "LeasePlacement"),
    (PedigreeSet, "PedigreeSet"),
    (PlantAllocation, "PlantAllocation"),
    (PlantKind, "PlantKind"),
    (SuppliedCarrier, "SuppliedCarrier"),
    (EnergySupplyInput, "EnergySupplyInput"),
    (LossBearer, "LossBearer"),
    (TransferSide, "TransferSide"),
    (Scope3Elimination, "Scope3Elimination"),
    (ConversionKind, "EnergyConversionKind"),
    (EnergyEndUse, "EnergyEndUse"),
    (EnergyLossKind, "EnergyLossKind"),
    (EnergyNodeKind, "EnergyNodeKind"),
    (EnergyStage, "EnergyStage"),
    (EnergyValue, "EnergyValue"),
    (PowerWeight, "PowerWeight"),
    (TargetAmbition, "TargetAmbition"),
    (TargetFramework, "TargetFramework"),
    (ScenarioExtentKind, "ScenarioExtentKind"),
    (TargetJudgement, "TargetJudgement"),
    (TargetStatus, "TargetStatus"),
    (TargetMethod, "TargetMethod"),
    (TargetMetric, "TargetMetric"),
    (UncertaintyFlag, "UncertaintyFlag"),
    (UncertaintyForm, "UncertaintyForm"),
    (IntervalResolution, "IntervalResolution"),
    (IntervalRole, "IntervalRole"),
    (WireRatio, "WireRatio"),
    (WireStatus, "WireStatus"),
):
    described(_found, _name)
