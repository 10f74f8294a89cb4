"""Publishing: one company closes the first quarter of the last full year and publishes its report, once.

    OPEN -> SUBMITTED -> REVIEWED, by a key of its own -> CLOSED -> the report of an enterprise

Its bills of those months must all be there, with what was to be put right about them: afterwards they are closed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from api.client import Client, ServiceError
from api.demo import operations
from api.demo.operations import change
from api.demo.parks import Park
from api.demo.registering import KnownPark
from api.demo.tables import companies
from api.demo.windows import Window, bill_periods

KIND: Final = "ENTERPRISE"
REVIEWER: Final = "demo reviewer"
_REVIEWS_FOR: Final = timedelta(hours=1)
"""How long the reviewer's key holds, which nobody is told."""
PUBLISHER: Final = companies()[1].code
_STEPS: Final = {
    "OPEN": operations.SUBMIT_PERIOD,
    "SUBMITTED": operations.REVIEW_PERIOD,
    "REVIEWED": operations.CLOSE_PERIOD,
}
"""State of a period -> the step that leads on."""
_CANNOT_SIGN: Final = "CANNOT_SIGN"


@dataclass(frozen=True, slots=True)
class ShownReport:
    """The report that the demo shows: its id, whose it is, and its months."""

    report_id: str
    tenant: str
    first_month: str
    last_month: str


def quarter_of(window: Window) -> date | None:
    """Return the first month of the quarter that is closed: the last full year's first whole one, or the window's; none
    where the window holds none.
    """
    starts = [bill.start for bill in bill_periods("quarter", window)]
    return next((start for start in starts if start.year == window.full_year), starts[0] if starts else None)


def publish_quarter(client: Client, park: Park, known: KnownPark) -> None:
    """Close the quarter and publish its report, as far as that was not done before.

    A service that has no key to sign with closes and publishes nothing: nobody could verify it.
    """
    first, tenant = quarter_of(park.window), known.tenants.get(PUBLISHER)
    if first is None or tenant is None or shown_report(client, park.window, known):
        return
    period = {"tenantId": tenant.tenant_id, "kind": "QUARTER", "first": f"{first:%Y-%m}"}
    _close(client, period)
    asked = {"tenantId": tenant.tenant_id, "kind": KIND, "cadence": "QUARTER", "first": period["first"]}
    try:
        change(client, operations.PUBLISH_REPORT, asked)
    except ServiceError as error:
        if error.code != _CANNOT_SIGN:
            raise


def shown_report(client: Client, window: Window, known: KnownPark) -> ShownReport | None:
    """Return the newest edition of the report, none where none is published."""
    first, tenant = quarter_of(window), known.tenants.get(PUBLISHER)
    if first is None or tenant is None:
        return None
    asked = {"tenant": tenant.tenant_id, "kind": KIND, "first": f"{first:%Y-%m}"}
    nodes = client.ask(operations.REPORTS, asked)["reports"]["nodes"]
    return _shown(nodes[0]) if nodes else None


def _close(client: Client, period: dict[str, Any]) -> None:
    """Take the steps that are left; who reviews is not who submitted."""
    state = client.ask(operations.PERIOD, period)["period"]["state"]
    while state in _STEPS:
        step = _STEPS[state]
        if step is operations.REVIEW_PERIOD:
            with client.with_key(_reviewer(client, period["tenantId"])) as reviewer:
                state = _taken(reviewer, step, period)
        else:
            state = _taken(client, step, period)


def _taken(client: Client, step: str, period: dict[str, Any]) -> str:
    return str(change(client, step, period)["period"]["state"])


def _reviewer(client: Client, tenant_id: str) -> str:
    """Return a key for somebody who reviews the tenant's data, and nothing else, for a while."""
    until = datetime.now(UTC) + _REVIEWS_FOR
    given = {"tenantId": tenant_id, "system": REVIEWER, "role": "REVIEWER", "expiresAt": until.isoformat()}
    return str(change(client, operations.CREATE_KEY, given)["key"])


def _shown(node: dict[str, Any]) -> ShownReport:
    return ShownReport(node["id"], node["tenant"]["nameEn"], node["first"], node["last"])
