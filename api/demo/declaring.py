"""Declaring: the basis of the park, who holds what, instruments, denominators, screenings, uncertainties, base years,
and what is stated about the park as one system: plants, tenancies, meters, prospects, targets, a scenario ...

What is declared again just so writes nothing; what can be said only once is looked up first.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Final

from api.client import Client
from api.demo import operations
from api.demo.declarations import (
    Input,
    change_inputs,
    denominator_inputs,
    expectation_inputs,
    holding_inputs,
    lease_inputs,
    policy_input,
    screening_inputs,
    uncertainty_inputs,
)
from api.demo.instruments import record_instruments
from api.demo.operations import declare
from api.demo.parks import Park
from api.demo.registering import KnownPark
from api.demo.stated import Speaker, stated

MOST_AT_A_TIME: Final = 1000
LISTED: Final = {
    "plants": operations.DECLARE_PLANTS,
    "tenancies": operations.DECLARE_TENANCIES,
    "meters": operations.DECLARE_METERS,
    "prospects": operations.DECLARE_PROSPECTS,
    "transfer_terms": operations.DECLARE_TRANSFER_TERMS,
    "zones": operations.DECLARE_ZONES,
    "energy_stocks": operations.DECLARE_ENERGY_STOCKS,
    "storage": operations.DECLARE_STORAGE,
    "targets": operations.DECLARE_TARGETS,
    "obligations": operations.DECLARE_OBLIGATIONS,
}
"""Subject of `stated` -> the mutation that takes all of a tenant's."""
ONE_BY_ONE: Final = {
    "scenarios": operations.DECLARE_SCENARIO,
    "indicator_years": operations.STATE_INDICATOR_YEAR,
}
"""Subject of `stated` -> the mutation that takes one."""
ADOPTED: Final = {"regime": "GHG_PROTOCOL", "gwpSet": "AR6", "approach": "OPERATIONAL_CONTROL"}
WHY_ADOPTED: Final = (
    "The park's footprints stay on this release until another is adopted; impactPreview shows what it changes"
)


def declare_everything(client: Client, park: Park, known: KnownPark, pool: Executor) -> None:
    """Declare what the park's tenants have to say; their rows and suppliers' figures must be there."""
    _adopt(client, park, known)
    record_instruments(client, park, known, pool)
    codes = [tenant.code for tenant in park.tenants]
    for _ in pool.map(lambda code: _declare(client, code, park, known), codes):
        pass
    # What is reported rests on holdings of others too, so all of them come first.
    for _ in pool.map(lambda code: _report(client, code, park, known), codes):
        pass
    _close_supply(client, park, known)


def _close_supply(client: Client, park: Park, known: KnownPark) -> None:
    """Close the operator's supply of the first whole year, where another follows; closed months stay as they are."""
    first, *others = park.window.full_years or (0,)
    if others:
        months = [f"{first}-{number:02d}" for number in range(1, 13)]
        declare(client, operations.CLOSE_SUPPLY, known.tenants[park.tenants[0].code].tenant_id, months=months)


def _adopt(client: Client, park: Park, known: KnownPark) -> None:
    """Adopt the newest release for the park, unless one was adopted."""
    operator = known.tenants[park.tenants[0].code].tenant_id
    if client.ask(operations.DECLARED_ADOPTION, {"tenant": operator})["declarations"]["nodes"]:
        return
    release = max(found["number"] for found in client.ask(operations.NEWEST_RELEASE)["factorReleases"])
    declare(client, operations.ADOPT_BASIS, operator, basis=ADOPTED | {"release": release}, reason=WHY_ADOPTED)


def _declare(client: Client, code: str, park: Park, known: KnownPark) -> None:
    tenant_id = known.tenants[code].tenant_id
    for document, inputs in _declarations(code, park, known):
        for start in range(0, len(inputs), MOST_AT_A_TIME):
            some = inputs[start : start + MOST_AT_A_TIME]
            declare(client, document, tenant_id, given=some)
    for subject, document in ONE_BY_ONE.items():
        for one in stated(subject, Speaker(code, park, known)):
            declare(client, document, tenant_id, given=one)


def _declarations(code: str, park: Park, known: KnownPark) -> Iterator[tuple[str, list[Input]]]:
    yield operations.DECLARE_HOLDINGS, holding_inputs(code, park, known)
    yield operations.DECLARE_LEASES, lease_inputs(code, park, known)
    yield operations.DECLARE_DENOMINATORS, denominator_inputs(code, park)
    yield operations.DECLARE_SCREENINGS, screening_inputs(code, park)
    yield operations.DECLARE_UNCERTAINTIES, uncertainty_inputs()
    yield operations.DECLARE_EXPECTATIONS, expectation_inputs(code, park, known)
    speaker = Speaker(code, park, known)
    for subject, document in LISTED.items():
        yield document, stated(subject, speaker)


def _report(client: Client, code: str, park: Park, known: KnownPark) -> None:
    """Declare a base year, record the whole years of the window, and declare what changes them."""
    policy, tenant_id = policy_input(code, park), known.tenants[code].tenant_id
    if policy is None:
        return
    declare(client, operations.DECLARE_BASE_YEAR, tenant_id, policy=policy)
    for year in park.window.full_years:
        if year not in _reported(client, tenant_id):
            declare(client, operations.RECORD_YEAR, tenant_id, year=year)
    changes = change_inputs(code, park, _reported(client, tenant_id))
    if changes:
        declare(client, operations.DECLARE_CHANGES, tenant_id, given=changes)


def _reported(client: Client, tenant_id: str) -> dict[int, dict[str, str]]:
    nodes = client.ask(operations.REPORTED_YEARS, {"tenant": tenant_id})["declarations"]["nodes"]
    return {node["content"]["year"]: node["content"]["figures"] for node in nodes}
