"""Reporting periods: their steps, the basis that closing pins, evidence."""
