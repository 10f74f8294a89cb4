"""The performance claims, each a command that measures it against a named yardstick: `python -m benchmarks NAME`.

Not part of the wheel: a claim is measured from a checkout, beside the code it is about.
"""
