"""`parkledger estimate`: one estimate from the shipped catalogue, without a service or a database."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from accounting.regimes import REGIMES, RegimeCode
from api.cli.failures import Failed
from api.cli.printing import out
from emission_factors.decimals import plain, shown
from emission_factors.gases import GwpSet
from emission_factors.releases import shipped_catalogue

if TYPE_CHECKING:
    from accounting.basis import Basis
    from accounting.estimates import Estimate


def estimate(
    activity_type: Annotated[str, typer.Argument(help="Activity type, such as stationary.natural_gas.")],
    quantity: Annotated[str, typer.Argument(help="Quantity, such as 1200.")],
    unit: Annotated[str, typer.Argument(help="Unit, such as 'MWh' or '10^4 Nm3'.")],
    region: Annotated[str, typer.Option(help="Region, ISO 3166 or a grid region.")] = "CN-GD",
    year: Annotated[int | None, typer.Option(help="Year of the activity; this one if not given.")] = None,
    regime: Annotated[RegimeCode, typer.Option(help="Accounting regime.")] = RegimeCode.GHG_PROTOCOL,
    gwp_set: Annotated[GwpSet | None, typer.Option(help="GWP table; the regime's if not given.")] = None,
    release: Annotated[int | None, typer.Option(help="Factor release; the newest if not given.")] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="Region whose factors may stand in; repeatable.")] = None,
    explain: Annotated[bool, typer.Option(help="Show every step.")] = False,
) -> None:
    """Estimate one activity from the shipped factors, and say which factor was used.

    Example: parkledger estimate electricity.grid 1000 MWh --region CN-GD --year 2023
    """
    from accounting import estimates as pure
    from accounting.basis import Basis
    from accounting.refusals import Refused

    rules = REGIMES[regime]
    basis = Basis(rules, gwp_set or rules.default_gwp_set, shipped_catalogue(release), tuple(proxy or ()))
    chosen = year or datetime.now(UTC).year
    first, last = datetime(chosen, 1, 1, tzinfo=UTC).date(), datetime(chosen, 12, 31, tzinfo=UTC).date()
    try:
        found = pure.estimate(basis, pure.EstimateRequest(activity_type, quantity, unit, region, first, last))
    except Refused as error:
        raise Failed(f"{error.code}: {error}") from None
    out.print(_table(found))
    for gap in found.gaps:
        out.print(f"missing: {gap.line.code} (scope {gap.line.scope}): {gap.error}")
    if explain:
        _explain(found, basis)


def _table(found: "Estimate") -> Table:
    table = Table("line", "scope", "category", "kg CO2e", box=None, pad_edge=False)
    table.add_column("factor", overflow="fold")  # an id that is cut cannot be used
    for line in found.lines:
        scope = " ".join(part for part in (line.resolved.line.scope, line.resolved.line.method) if part)
        amount = line.amounts.co2e or line.amounts.biogenic
        factor = line.resolved.selection.factor
        table.add_row(
            line.resolved.line.code, scope, line.resolved.line.category, plain(shown(amount)), factor.factor_id
        )
    return table


def _explain(found: "Estimate", basis: "Basis") -> None:
    from accounting.explanation import explained, in_usual_unit

    for line in found.lines:
        out.print(f"\n{line.resolved.line.code}:", style="bold")
        for step in explained(line.resolved, *in_usual_unit(found.activity, found.quantity, found.unit), basis.gwp_set):
            value = f"{plain(step.value)} {step.unit}" if step.value is not None else ""
            cited = f" [{step.citation.publisher}: {step.citation.document}]" if step.citation else ""
            out.print(f"  {step.kind.lower():<11} {step.text} {value}{cited}")
