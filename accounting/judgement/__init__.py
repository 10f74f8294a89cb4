"""How good a number is: uncertainty, its propagation, data quality."""
