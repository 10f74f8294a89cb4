"""Scope 3 by its categories: what is counted, primary data, screening."""
