"""Quantity cells: the exact monthly sums that footprints read, now and as they were known."""
