"""How much a caller may ask for and post in a minute, and how it is told."""
