"""Energy as such: heat content and tce, the balance of a park, plant or tenant."""
