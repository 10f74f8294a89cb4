"""The totals a footprint is read by: its scopes, scope 2 both ways, and their sums."""

from enum import StrEnum

from emission_factors.activity_types import Line, Method, Scope


class Total(StrEnum):
    """One of the totals. The two of scope 2 are never added to each other."""

    SCOPE_1 = "SCOPE_1"
    """Scope 1."""
    SCOPE_2_LOCATION = "SCOPE_2_LOCATION"
    """Scope 2, location-based."""
    SCOPE_2_MARKET = "SCOPE_2_MARKET"
    """Scope 2, market-based."""
    SCOPE_3 = "SCOPE_3"
    """Scope 3."""
    TOTAL_LOCATION = "TOTAL_LOCATION"
    """Scopes 1, 2 (location-based) and 3."""
    TOTAL_MARKET = "TOTAL_MARKET"
    """Scopes 1, 2 (market-based) and 3."""

    def takes(self, line: Line) -> bool:
        """Whether a line is part of the total; what is outside the scopes is part of none."""
        if line.scope is Scope.SCOPE_2:
            return self in (_BY_LOCATION if line.method is Method.LOCATION else _BY_MARKET)
        if line.scope is Scope.OUTSIDE:
            return False
        return self.value == line.scope.value or self in _SUMS


_SUMS = (Total.TOTAL_LOCATION, Total.TOTAL_MARKET)
_BY_LOCATION = (Total.SCOPE_2_LOCATION, Total.TOTAL_LOCATION)
_BY_MARKET = (Total.SCOPE_2_MARKET, Total.TOTAL_MARKET)
