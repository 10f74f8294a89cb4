"""Why numbers differ: base years, bridges, impact of a new basis, intensity."""
