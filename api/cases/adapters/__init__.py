"""One module per family of features that needs more than the products of its formulas: which reads what, by feature."""
