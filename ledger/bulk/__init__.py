"""Files of any length: jobs, and chunks merged in columns."""
