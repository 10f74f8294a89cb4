"""Worked examples with known answers, run against a service through its public API.

A case names a feature, inputs, factors with their sources, and how the answer follows from them. The runner reads that
formula for its structure only, turns it into estimates, and lets the service do the arithmetic with its own factors,
GWPs and unit conversions. It adds up what the service answers, and compares.
"""
