"""Webhooks out: targets, events, deliveries."""
