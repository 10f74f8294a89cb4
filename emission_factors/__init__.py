"""The pure catalogue: units, gases, activity types, factors and how one is selected."""
