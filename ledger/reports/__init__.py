"""Published reports: what goes into them, who gets them, whether they are stale, what is due."""
