"""From the values of a report to its document: a module for each group of tables, one for each form."""
