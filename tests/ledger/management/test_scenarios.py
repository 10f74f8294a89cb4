"""A scenario reads its reference year once: the same statements for one lever as for ten, and none afterwards."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from psycopg import AsyncConnection

from accounting.scenarios.levers import EVERYTHING, Efficiency, Growth, Ramp, Reach
from accounting.scenarios.stated import StatedLever, StatedStep
from accounting.scenarios.steps import Scenario
from emission_factors.catalogue import Catalogue
from emission_factors.releases import shipped_catalogue
from ledger.identity.principals import SERVICE
from ledger.releases import Catalogues
from ledger.setup import Databases
from schema.context import Context, Service
from schema.global_ids import encode
from schema.scenario_queries import answer_of
from schema.types.footprints import BoundaryInput
from tests.world import NOW, World, row, world

ALL = Ramp(date(2026, 1, 1), (Decimal(1),))


class Shipped(Catalogues):
    """The shipped catalogue, made once for all tests of the process."""

    async def get(self, connection: Any, number: int | None = None, known_at: object = None) -> Catalogue:  # noqa: ARG002  the base's signature
        return shipped_catalogue(number)


def levers(count: int, reach: Reach = EVERYTHING) -> list[StatedStep]:
    saving = StatedLever(efficiency=Efficiency(reach, Decimal("0.01"), ALL))
    growth = StatedLever(growth=Growth(EVERYTHING, Decimal("0.02"), 2025))
    return [StatedStep(str(number), "", "", growth if number % 2 else saving) for number in range(count)]


async def statements(made: World, steps: list[StatedStep], counted: list[Any]) -> int:
    """Return how many statements an answer takes, with everything of it but names and activities worked out."""
    context = Context(Service(made.database, Shipped(), lambda: NOW), "test", SERVICE)
    context.begin_operation()
    scenario = Scenario(2025, (2026, 2030), tuple(step.step() for step in steps))
    boundary = BoundaryInput(park_id=encode("Park", made.park))  # type: ignore[arg-type]
    try:
        found = await answer_of(context, boundary, None, scenario, steps, None)
        taken = len(counted)
        assert [len(one.course.steps()) for one in found.tenants()] == [len(steps)]
        assert all(step.reached for step in await found.steps())
        assert found.abatement_curve(2030).without_cost
        assert len(counted) == taken
    finally:
        await context.end_operation()
    return taken


@pytest.mark.anyio
async def test_ten_levers_take_the_statements_of_one(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Any] = []
    execute = AsyncConnection.execute

    async def counting(self: AsyncConnection[Any], query: Any, *arguments: Any, **more: Any) -> Any:
        counted.append(query)
        return await execute(self, query, *arguments, **more)

    async with world(databases) as made:
        await made.post(row("b", "10", "Nm3", activity_type="stationary.natural_gas"))
        monkeypatch.setattr(AsyncConnection, "execute", counting)
        taken = []
        for number, steps in enumerate((levers(1), levers(10), levers(10, Reach(sites=frozenset({made.site}))))):
            await made.post(row(str(number), "1000"))  # a new instant, of which nothing is remembered
            counted.clear()
            taken.append(await statements(made, steps, counted))
    assert taken[0] > 0
    assert taken == [taken[0]] * 3
