"""Footprints: where the database meets the arithmetic, and what rests on footprints alone."""
