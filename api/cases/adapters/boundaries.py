"""Consolidation and base year: shares of what another party reports are estimates, restatements are not."""

from api.cases.adapters import plain
from api.cases.expressions import expand
from api.cases.library import Library
from api.cases.plans import NotSupported, Plan
from api.cases.reading import Answer, Case


def planned(case: Case, answer: Answer, library: Library) -> Plan:
    """Plan an equity share: one reported amount times shares held; raises `NotSupported` for anything else."""
    monomials = expand(answer.expression).monomials
    is_one_product = len(monomials) == 1 and all(power > 0 for _, power in monomials[0].powers)
    if not is_one_product or len(monomials[0].powers) < 2:
        raise NotSupported("base years and their restatement are not kept yet")
    return plain.planned(case, answer, library)
