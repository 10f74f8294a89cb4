"""Energy by intervals: series, readings, hourly cells, and their matching."""
