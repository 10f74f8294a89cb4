"""The replay: every operation there is, on what one tenant has, by others and by nobody. Nothing is seen, nothing is
written, and what is foreign answers as what does not exist, byte for byte.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from api.client import Client
from ledger.setup import Databases
from schema.permissions import NEEDED, PUBLIC
from tests.api.identity.operations import Operation, operations
from tests.api.identity.replayed import STEPS, Asker, Replayed, elsewhere, identity
from tests.api.ingest.test_subscription import opened, received, subscribe
from tests.schema.methods import SCHEMA as BUILT
from tests.service import EVERYTHING, Service

SCHEMA = BUILT._schema
COUNTED = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND NOT relispartition AND relname NOT IN ('access_uses', 'alembic_version',
    'history', 'checkpoints', 'webhook_deliveries', 'webhook_attempts') ORDER BY 1"""
CRITERIA = [{"criterion": "SIZE", "isRelevant": True}]


def given(ids: dict[str, str]) -> dict[str, Any]:
    """Return arguments whose content is judged before anything is looked up, as they are accepted."""
    grant = {"tenantId": ids["tenantId"], "system": "x1", "role": "AUDITOR"}
    target = {"code": "x1", "framework": "SBTI_V1", "scopes": ["SCOPE_1"], "method": {"absoluteContraction": {}}}
    stated = {"baseYear": 2020, "baseValue": "5", "baseSource": "report", "targetYear": 2030}
    spread = {"activityType": "electricity.grid", "siteId": ids["siteId"], "document": "x1"}
    report = {"tenantId": ids["tenantId"], "kind": "GHG_PROTOCOL", "cadence": "MONTH", "first": "2024-03"}
    expected = {"sourceId": ids["sourceId"], "every": "MONTH", "validFrom": "2024-03-01"}
    return {
        "scenario.years": [2024, 2030],
        "scenario.steps": STEPS,
        "declareScenario.scenario": {"code": "x2", "referenceYear": 2024, "years": [2030], "steps": STEPS},
        "instruments.parkId": None,
        "obligations.parkId": None,
        "reports.parkId": None,
        "publishReport.input": {**report, "kind": "ISO_14064"},
        "addressReport.input": {"reportId": ids["reportId"], "regulators": ["x1"]},
        "withdrawReportAddress.input": {"reportId": ids["reportId"], "regulator": "x1", "reason": "mistake"},
        "reportPreview.input": report,
        "declareObligations.obligations": [
            {"duty": "cn-ets-annual-report", "regulator": "x1", "validFrom": "2024-01-01"}
        ],
        "declarations.kind": "DENOMINATOR",
        "declareTargets.targets": [target | stated],
        "declareScreenings.screenings": [
            {"category": 1, "relevance": CRITERIA, "decision": "REPORTED", "screenedOn": "2024-03-01"}
        ],
        "declareDenominators.rows": [{"denominator": "HEADCOUNT", "month": "2024-04", "value": "1"}],
        "adoptBasis.basis": {"regime": "GHG_PROTOCOL", "release": 3},
        "declareUncertainties.uncertainties": [spread | {"uncertainty": {"percent": "5"}}],
        "declareEnergyStocks.stocks": [
            {
                "siteId": ids["siteId"],
                "activityType": "stationary.natural_gas",
                "day": "2024-03-01",
                "quantity": "1",
                "unit": "10^4Nm3",
            }
        ],
        "declareExpectations.expectations": [expected],
        "evidence.subject": "MONTH 2024-03",
        "createApiKey.input": grant,
        "addWebhookTarget.input": {
            "tenantId": ids["tenantId"],
            "name": "x1",
            "url": "https://example.org/hooks",
            "events": ["PERIOD_CLOSED"],
        },
        "grantClaim.input": grant,
    }


def asked(ids: dict[str, str]) -> list[Operation]:
    """Return every operation with these ids."""
    own = {
        "tenant.id": "tenantId",
        "node.id": "activityId",
        "ingestJob.id": "ingestJobId",
        "report.id": "reportId",
        "ingestJobProgress.id": "ingestJobId",
        "rotateApiKey.id": "grantId",
        "revokeApiKey.id": "grantId",
        "webhookDeliveries.targetId": "webhookTargetId",
        "rotateWebhookSecret.id": "webhookTargetId",
        "removeWebhookTarget.id": "webhookTargetId",
        "redeliver.id": "webhookDeliveryId",
        "receiverId": "tenantId",
        "holderId": "tenantId",
        "became": "tenantId",
        "memberId": "tenantId",
    }
    return list(operations(SCHEMA, {**ids, **{name: ids[one] for name, one in own.items()}}, given(ids)))


OVER_HTTP = [
    one
    for one in asked(
        dict.fromkeys(
            [
                "tenantId",
                "siteId",
                "sourceId",
                "parkId",
                "activityId",
                "instrumentId",
                "declarationId",
                "seriesId",
                "ingestJobId",
                "grantId",
                "reportId",
                "webhookTargetId",
                "webhookDeliveryId",
            ],
            "x",
        )
    )
    if one.kind != "subscription"
]


@pytest.fixture(scope="module")
def there(service: Service) -> Iterator[Replayed]:
    with Client(service.url) as client:
        yield Replayed(service, client)


def answers(asker: Asker, ids: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Return the answer to every operation over HTTP, by the field it asks for."""
    found = {one.field: asker.ask(one.document, one.variables) for one in asked(ids) if one.kind != "subscription"}
    return {name: (one.status_code, one.text) for name, one in found.items()}


def counts(databases: Databases) -> dict[str, Any]:
    """Return how many rows every table has that requests write, and the sum of what is added to."""
    with psycopg.connect(databases.owner_url) as connection:
        names = [name for (name,) in connection.execute(COUNTED).fetchall()]
        found = {name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in names}
        return found | {"sums": connection.execute("SELECT sum(quantity) FROM quantity_cells").fetchone()}


def missing(found: Replayed, *kept: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return ids that nothing has, and what each stands for; `kept` are left as they are."""
    ids = {name: one if name in kept else elsewhere(one) for name, one in found.ids.items()}
    stands = {ids[name]: one for name, one in found.ids.items()}
    return ids, stands | {identity(ids[name]): identity(one) for name, one in found.ids.items()}


def translated(answer: tuple[int, str], stands: dict[str, str]) -> tuple[int, str]:
    """Return an answer as if it were about what the ids stand for."""
    text = answer[1]
    for stand_in, one in stands.items():
        text = text.replace(stand_in, one)
    return answer[0], text


def sent(operation: Operation) -> str:
    return str(operation.variables)


def leaks(found: Replayed, told: dict[str, tuple[int, str]]) -> list[str]:
    """Return what of the tenant is in answers, apart from ids that the operation itself named."""
    named = {one.field: sent(one) for one in asked(found.ids)}
    own = list(found.ids.values())
    return [
        f"{field}: {secret}"
        for field, (_, text) in told.items()
        for secret in found.secrets()
        if secret in text and not any(one in named[field] and identity(one) == identity_or(secret) for one in own)
    ]


def identity_or(secret: str) -> str:
    """Return the UUID of a global id, or the text itself."""
    try:
        return identity(secret) or secret
    except ValueError:
        return secret


def test_the_map_of_rights_names_every_field_and_no_other() -> None:
    roots = (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
    there_are = {name for root in roots if root for name in root.fields}
    assert there_are == set(NEEDED) | {name for name in PUBLIC if not name.startswith("__")}
    assert PUBLIC.isdisjoint(NEEDED)


ASKERS = [
    ("neighbour", "TENANT_ADMINISTRATOR", "parkId"),
    ("neighbour", "AUDITOR", "parkId"),
    ("neighbour", "REGULATOR", "parkId"),
    ("other_operator", "PARK_OPERATOR", ""),
]
"""Who asks, in which role, and what of the ids is theirs to know: the park that they are in themselves."""


def of_the_same_name(there: Replayed) -> dict[str, Any]:
    """Return the grant of a regulator that a neighbour names for itself as the one that the tenant owes reports to."""
    until = datetime.now(UTC) + timedelta(days=30)
    return {"system": "bureau", "namedIds": [there.neighbour], "expiresAt": until.isoformat()}


@pytest.mark.parametrize(("who", "role", "kept"), ASKERS)
def test_what_is_foreign_is_as_what_does_not_exist(
    there: Replayed, databases: Databases, who: str, role: str, kept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asker = there.asker(getattr(there, who), role, **(of_the_same_name(there) if role == "REGULATOR" else {}))
    ids, stands = missing(there, kept)
    before = counts(databases)
    foreign, none = answers(asker, there.ids), answers(asker, ids)
    assert {name: foreign[name] for name in foreign if foreign[name] != translated(none[name], stands)} == {}
    assert leaks(there, foreign) == []
    assert counts(databases) == before, "nothing was written"
    with capsys.disabled():
        print(f"\n{len(foreign)} operations as {role} of {who}: no leak, nothing written")


def test_nobody_meets_anything(there: Replayed, databases: Databases) -> None:
    before = counts(databases)
    told = answers(Asker(there.service, ""), there.ids)
    assert {name for name, (status, _) in told.items() if status != 401} == {
        name for name in PUBLIC if not name.startswith("__")
    }
    assert all('"code":"UNAUTHENTICATED"' in text for status, text in told.values() if status == 401)
    assert leaks(there, told) == []
    assert counts(databases) == before


UNSEALED = {"history", "checkpoint", "inclusionProof", "consistencyProof", "redeliver", "webhookDeliveries"}
"""Answer as for nothing until the sealer has come to a tenant, seconds after its first change, or a webhook was due."""


def test_the_operations_do_reach_what_they_name(there: Replayed) -> None:
    """Else the replay would prove nothing: for whom everything is in reach, what is there answers unlike nothing."""
    everything = Asker(there.service, EVERYTHING.text)
    ids, stands = missing(there)
    found, none = answers(everything, there.ids), answers(everything, ids)
    same = {name for name in found if found[name] == translated(none[name], stands)}
    assert same - PUBLIC - UNSEALED <= {"registerPark", "parks"}, "which name no id"
    assert len(found) == len(OVER_HTTP)


def test_a_job_is_told_to_nobody_else(there: Replayed) -> None:
    asker = there.asker(there.neighbour, "TENANT_ADMINISTRATOR")
    ids, stands = missing(there)
    told = [listened(asker, one["ingestJobId"]) for one in (there.ids, ids)]
    assert told[0] == translated((0, told[1]), stands)[1]
    assert "NOT_FOUND" in told[0]


def listened(asker: Asker, job: str) -> str:
    headers = {"authorization": f"Bearer {asker.key}", "x-request-id": "replay"}
    with opened(asker.service.url, additional_headers=headers) as connection:
        connection.send('{"type": "connection_init"}')
        assert received(connection) == {"type": "connection_ack"}
        subscribe(connection, "1", "subscription ($id: ID!) { ingestJobProgress(id: $id) { rowCount } }", id=job)
        return str(received(connection))


def test_files_go_and_come_for_their_tenant_alone(there: Replayed, databases: Databases) -> None:
    asker = there.asker(there.neighbour, "TENANT_ADMINISTRATOR")
    ids, stands = missing(there)
    before = counts(databases)
    told = [[*bulk(asker, one)] for one in (there.ids, ids)]
    assert told[0] == [translated(one, stands) for one in told[1]]
    assert {status for status, _ in told[0]} == {404}
    assert {status for status, _ in bulk(Asker(there.service, ""), there.ids)} == {401}
    assert counts(databases) == before


def bulk(asker: Asker, ids: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield the answers to a file of the tenant in bulk, to its job and to the job's result, to its report and pack."""
    given = {"tenant": ids["tenantId"], "format": "ndjson"}
    for answer in (
        asker.send("POST", "/ingest/v1/activities", content=b'{"source":"m1"}\n', params=given),
        asker.send("GET", f"/ingest/v1/jobs/{ids['ingestJobId']}"),
        asker.send("GET", f"/ingest/v1/jobs/{ids['ingestJobId']}/result"),
        asker.send("GET", f"/reports/v1/{ids['reportId']}.signed.json"),
        asker.send("GET", f"/evidence/v1/packs/{ids['reportId']}.zip"),
    ):
        yield answer.status_code, answer.text


OF_OTHERS = {"parks", "tenants", "sites", "viewer"}
"""Lists of whatever is in reach, which for one tenant is less than for all."""
OF_A_PARK = {
    "energyTransfers", "indicatorSystems", "indicatorTrends", "parkConsolidation", "parkIndicators",
    "parksConsolidation", "plannedFootprint", "prospects", "supplyFactors", "tenancies",
}  # fmt: skip
"""Questions about a park as a whole."""


def told_both(operation: Operation, *askers: Asker) -> list[str]:
    """Return what each is told, once more where it differs: the service seals the history beside us, now and then."""
    for _ in range(2):
        told = [by.ask(operation.document, operation.variables).text for by in askers]
        if len(set(told)) == 1:
            break
    return told


def test_ones_own_data_answers_as_it_does_to_whom_nothing_is_hidden(there: Replayed) -> None:
    """A narrowed snapshot must never make a figure smaller: what a tenant sees of itself is the whole of it."""
    own = there.asker(there.tenant, "TENANT_ADMINISTRATOR")
    everything = Asker(there.service, EVERYTHING.text)
    asked_for = [one for one in asked(there.ids) if one.kind == "query" and one.field not in OF_OTHERS | OF_A_PARK]
    pairs = {one.field: told_both(one, own, everything) for one in asked_for}
    named = {"apiKeys"}  # when each was last used
    assert {name: found for name, found in pairs.items() if found[0] != found[1] and name not in named} == {}
    assert len(pairs) >= 25
