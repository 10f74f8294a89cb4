"""Who asks: API keys, grants of roles, and the principals they make."""
