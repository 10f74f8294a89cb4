"""A process between its products: what is asked, the parts, and whether a physical key may be used."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import strawberry

from accounting.supply import allocation as pure
from emission_factors.decimals import SHOWN_PLACES, rounded
from schema.enums import AllocationKey
from schema.scalars import ExactDecimal

_SOURCE: Final = "ISO 14067:2018, 6.4.6; WBCSD PACT methodology V3.0, allocation"
_SOURCE_OF_LIMIT: Final = "WBCSD PACT methodology V3.0, allocation"


@strawberry.input(description="One product of a process, with what it may be divided by.")
class ProductInput:
    """A product."""

    code: str = strawberry.field(description="Code of the product, each once.")
    mass_kg: ExactDecimal | None = strawberry.field(default=None, description="Mass in kg, for the key MASS.")
    energy_mj: ExactDecimal | None = strawberry.field(
        default=None, description="Energy content in MJ, for the key ENERGY."
    )
    value: ExactDecimal | None = strawberry.field(
        default=None, description="Value in `currency`, for the key ECONOMIC_VALUE."
    )
    currency: str = strawberry.field(default="", description="Currency of `value`; one for all products.")


@strawberry.type(description="What one product takes.")
class AllocatedPart:
    """A part."""

    code: str = strawberry.field(description="Code of the product.")
    share: ExactDecimal = strawberry.field(
        description="Share of the total at 12 decimal places; the shares add up to exactly 1."
    )
    amount: ExactDecimal = strawberry.field(
        description="Amount in the unit of the total; the amounts add up to exactly the total."
    )


@strawberry.type(description="A total divided between products.")
class ProductAllocation:
    """A division."""

    total: ExactDecimal = strawberry.field(description="What was divided.")
    key: AllocationKey = strawberry.field(description="What it was divided by.")
    parts: list[AllocatedPart] = strawberry.field(description="The products, in the order given.")
    source: str = strawberry.field(description="Documents and clauses of the method.")


@strawberry.type(description="Whether products may be divided by mass or energy, by the ratio of their prices.")
class PhysicalAllocation:
    """A judgement."""

    is_allowed: bool = strawberry.field(description="Whether the ratio is at most the limit, compared exactly.")
    ratio: ExactDecimal = strawberry.field(description="Highest over lowest price, rounded to 50 digits.")
    limit: ExactDecimal = strawberry.field(description="Highest ratio at which it is allowed.")
    source: str = strawberry.field(description="Document of the rule and of its limit of 5.")


def products_divided(total: Decimal, given: Sequence[ProductInput], key: AllocationKey) -> ProductAllocation:
    """Divide a total between products; raises `BadAllocation`."""
    products = [pure.Product(one.code, one.mass_kg, one.energy_mj, one.value, one.currency) for one in given]
    shares = pure.product_shares(products, key)
    shown, amounts = pure.written(shares, SHOWN_PLACES), pure.divided(total, shares)
    parts = [
        AllocatedPart(code=code, share=ExactDecimal(shown[code]), amount=ExactDecimal(amounts[code])) for code in shares
    ]
    return ProductAllocation(total=ExactDecimal(total), key=key, parts=parts, source=_SOURCE)


def physical_judged(prices: Sequence[Decimal], limit: Decimal) -> PhysicalAllocation:
    """Judge whether a physical key may be used; raises `BadAllocation`."""
    is_allowed = pure.is_physical_allowed(prices, limit)
    return PhysicalAllocation(
        is_allowed=is_allowed,
        ratio=ExactDecimal(rounded(Fraction(max(prices)) / Fraction(min(prices)))),
        limit=ExactDecimal(limit),
        source=_SOURCE_OF_LIMIT,
    )
