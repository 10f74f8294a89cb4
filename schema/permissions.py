"""Which right an operation needs: each field of the roots names one, or is for everyone.

Whose data an operation meets is not decided here but by the database, see `ledger.access`. What needs no right reads no
tenant's row of a caller that has none: the catalogue, arithmetic, and `node`, which finds what the caller reaches.
"""

from collections.abc import Mapping
from typing import Final

from graphql import DocumentNode, GraphQLSchema

from ledger.identity.principals import Principal, Right
from schema.errors import Forbidden, PublicError, Unauthenticated
from schema.selections import root_fields

_READS: Final = (Right.ACTIVITY_READ,)
_POSTS: Final = (Right.ACTIVITY_WRITE,)
_DECLARES: Final = (Right.DECLARATION_WRITE,)
_KNOWS: Final = (Right.REGISTRY_READ,)
_REGISTERS: Final = (Right.REGISTRY_WRITE,)
_READS_PERIODS: Final = (Right.ACTIVITY_READ, Right.PERIOD_WRITE)
_WRITES_PERIODS: Final = (Right.PERIOD_WRITE,)
_COMMENTS: Final = (Right.PERIOD_WRITE, Right.PERIOD_REVIEW)
_TELLS: Final = (Right.WEBHOOK_WRITE,)
_READS_OR_POSTS: Final = (Right.ACTIVITY_READ, Right.ACTIVITY_WRITE)

PUBLIC: Final = frozenset(
    {
        "__schema",
        "__type",
        "__typename",
        "activityTypes",
        "emissionFactors",
        "estimate",
        "factorReleases",
        "gases",
        "methods",
        "node",
        "regions",
        "reportingCalendar",
        "units",
        "viewer",
    }
)
"""Fields of the roots that everyone may ask."""
NEEDED: Final[Mapping[str, tuple[Right, ...]]] = {
    "activities": _READS,
    "apiKeys": (Right.KEY_READ,),
    "baseYear": _READS,
    "checkpoint": _READS,
    "completeness": _READS,
    "consistencyProof": _READS,
    "declarations": _READS,
    "directWires": _READS,
    "energyBalance": _READS,
    "energyTransfers": _READS,
    "evidence": _READS,
    "findings": _READS,
    "footprint": _READS,
    "footprintBridge": _READS,
    "history": (Right.KEY_READ,),  # it shows who was given which key, too
    "hourlyMatching": _READS,
    "impactPreview": _READS,
    "inclusionProof": _READS,
    "indicatorSystems": _READS,
    "indicatorTrends": _READS,
    "ingestJob": _READS_OR_POSTS,
    "ingestJobProgress": _READS_OR_POSTS,
    "ingestJobs": _READS_OR_POSTS,
    "instruments": _READS,
    "intervalReadings": _READS,
    "intervalSeries": _READS_OR_POSTS,
    "keptScenario": _READS,
    "obligations": (Right.REPORT_READ,),
    "parkConsolidation": _READS,
    "parkIndicators": _READS,
    "parks": _KNOWS,
    "parksConsolidation": _READS,
    "period": _READS_PERIODS,
    "periods": _READS_PERIODS,
    "plannedFootprint": _READS,
    "prospects": _READS,
    "report": (Right.REPORT_READ,),
    "reportPreview": _READS,
    "reports": (Right.REPORT_READ,),
    "scenario": _READS,
    "sites": _KNOWS,
    "supplyFactors": _READS,
    "targetProgress": _READS,
    "tenancies": _READS,
    "tenant": _KNOWS,
    "tenants": _KNOWS,
    "addIntervalSeries": _REGISTERS,
    "addSite": _REGISTERS,
    "addSource": _REGISTERS,
    "addSupplierFactor": _DECLARES,
    "acknowledgeReport": (Right.REPORT_RECEIVE,),
    "addressReport": (Right.REPORT_PUBLISH,),
    "withdrawReportAddress": (Right.REPORT_PUBLISH,),
    "adoptBasis": _DECLARES,
    "cancelInstrument": _DECLARES,
    "closeSupply": _DECLARES,
    "closePeriod": _WRITES_PERIODS,
    "commentOnPeriod": _COMMENTS,
    "correctActivity": _POSTS,
    "correctInstrument": _DECLARES,
    "correctIntervals": _POSTS,
    "createApiKey": (Right.KEY_WRITE,),
    "declareBaseYear": _DECLARES,
    "declareBaseYearChanges": _DECLARES,
    "declareDenominators": _DECLARES,
    "declareEnergyStocks": _DECLARES,
    "declareExpectations": _DECLARES,
    "declareHoldings": _DECLARES,
    "declareIndicatorSystem": _DECLARES,
    "declareIngestProfiles": _DECLARES,
    "declareLeases": _DECLARES,
    "declareMeters": _DECLARES,
    "declareObligations": _DECLARES,
    "declarePlants": _DECLARES,
    "declareProspects": _DECLARES,
    "declareScenario": _DECLARES,
    "declareScreenings": _DECLARES,
    "declareStorage": _DECLARES,
    "declareTargets": _DECLARES,
    "declareTenancies": _DECLARES,
    "declareTransferTerms": _DECLARES,
    "declareUncertainties": _DECLARES,
    "declareZones": _DECLARES,
    "grantClaim": (Right.KEY_WRITE,),
    "postActivities": _POSTS,
    "postIntervals": _POSTS,
    "publishReport": (Right.REPORT_PUBLISH,),
    "recordInstrument": _DECLARES,
    "recordReportedYear": _DECLARES,
    "registerPark": (Right.PARK_WRITE,),
    "registerTenant": (Right.TENANT_WRITE,),
    "returnReport": (Right.REPORT_RECEIVE,),
    "reopenPeriod": _WRITES_PERIODS,
    "reviewPeriod": (Right.PERIOD_REVIEW,),
    "revokeApiKey": (Right.KEY_WRITE,),
    "rotateApiKey": (Right.KEY_WRITE,),
    "sellInstrument": _DECLARES,
    "splitInstrument": _DECLARES,
    "stateIndicatorYear": _DECLARES,
    "submitPeriod": _WRITES_PERIODS,
    "transferInstrument": _DECLARES,
    "voidActivity": _POSTS,
    "addWebhookTarget": _TELLS,
    "redeliver": _TELLS,
    "removeWebhookTarget": _TELLS,
    "rotateWebhookSecret": _TELLS,
    "webhookDeliveries": _TELLS,
    "webhookTargets": _TELLS,
    "withdrawDeclaration": _DECLARES,
    "withdrawInstrument": _DECLARES,
}
"""Field of a root -> the rights of which a caller needs one. What stands neither here nor above nobody may ask."""


def refusal_of(
    principal: Principal, schema: GraphQLSchema, document: DocumentNode, operation_name: str | None
) -> PublicError | None:
    """Return why a principal may not begin an operation, None where it may; what is no field at all is not judged."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    there = {name for root in roots if root is not None for name in root.fields}
    asked = {one.name.value for one in root_fields(document, operation_name)}
    for name in sorted(there.intersection(asked) - PUBLIC):
        needed = NEEDED.get(name, ())
        if not principal.is_known:
            return Unauthenticated(
                f"{name} needs a caller that says who it is: Authorization: Bearer and a key or token"
            )
        if not principal.rights.intersection(needed):
            rights = " or ".join(needed) or "none there is"
            return Forbidden(f"{name} needs the right {rights}; {principal.role} {principal.actor} does not have it")
    return None
