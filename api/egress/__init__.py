"""Webhooks out: what was published, returned or closed is told to the systems that asked for it."""
