"""The wire: ASGI application, settings, command line. Knows HTTP; no SQL."""
