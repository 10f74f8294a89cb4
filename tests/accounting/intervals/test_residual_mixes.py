"""The residual mix of unmatched load: chosen like a footprint's, or given with its source."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.basis import Basis
from accounting.intervals.residual_mixes import GivenMix, NoResidualMix, residual_mix
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import REGIMES, RegimeCode
from emission_factors import decimals
from emission_factors.gases import GwpSet
from emission_factors.releases import shipped_catalogue


def basis(regime: RegimeCode = RegimeCode.GHG_PROTOCOL) -> Basis:
    return Basis(REGIMES[regime], GwpSet.AR6, shipped_catalogue())


def per_kwh(value: Decimal) -> Decimal:
    return decimals.shown(decimals.product(value, Decimal("3.6")))


def test_it_is_the_residual_mix_of_the_catalogue() -> None:
    months = {("CN-GD", date(2024, month, 1)) for month in range(1, 13)}
    found = residual_mix(basis(), months)
    assert per_kwh(found.factor.co2e_total) == Decimal("0.6096")
    assert found.selection.factor.factor_id.startswith("cn-mee-electricity-2023")


def test_several_factors_are_none() -> None:
    with pytest.raises(NoResidualMix, match="ask by site or by year"):
        residual_mix(basis(), {("CN-GD", date(2024, 3, 1)), ("GB", date(2024, 3, 1))})
    with pytest.raises(NoResidualMix, match="no factor for"):
        residual_mix(basis(), {("CN-GD", date(1995, 3, 1))})
    with pytest.raises(NoResidualMix, match="no market-based total"):
        residual_mix(basis(RegimeCode.NDRC_910_2025), {("CN-GD", date(2024, 3, 1))})


def test_one_that_is_given_holds_everywhere_and_zero_needs_a_source() -> None:
    places = {("CN-GD", date(2024, 3, 1)), ("GB", date(2024, 3, 1))}
    found = residual_mix(basis(), places, GivenMix(Decimal("0.5"), "table 2"))
    assert per_kwh(found.factor.co2e_total) == Decimal("0.5")
    with pytest.raises(Refused) as caught:
        residual_mix(basis(), places, GivenMix(Decimal(0), " "))
    assert caught.value.code is RefusalCode.ZERO_FACTOR_NEEDS_EVIDENCE
