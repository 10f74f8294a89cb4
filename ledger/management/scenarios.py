"""What a scenario starts from: the cells of its reference year, read once, whatever its levers are."""

from datetime import date

from accounting.basis import Basis
from accounting.grouping import Dimension
from accounting.scenarios.steps import Scenario, Undo
from ledger.connections import Connection
from ledger.footprints.footprints import Boundary, FootprintCells, cells_of


async def reference_cells(
    connection: Connection, basis: Basis, boundary: Boundary, scenario: Scenario
) -> FootprintCells:
    """Return the cells of the reference year by tenant and month, and by site where a lever reaches for one."""
    levers = [step.lever for step in scenario.steps]
    by = [Dimension.TENANT, Dimension.MONTH]
    if any(lever.reach.sites for lever in levers if not isinstance(lever, Undo)):
        by.append(Dimension.SITE)
    year = scenario.reference_year
    return await cells_of(connection, basis, boundary, date(year, 1, 1), date(year, 12, 1), by)
