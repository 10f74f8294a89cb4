"""Periodic reports: assembled once, rendered many times, signed, and checked without us."""
