"""The evidence pack of a report: what its sheets, its manifest and its instructions say. Pure; see `api.reports`."""
