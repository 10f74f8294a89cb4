"""The history: changes as events, sealed into a tree for each tenant, and walked to verify them."""
