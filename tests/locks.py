"""Who waits for a lock in a database under test; the server has others, in which the other workers' tests wait."""

from typing import Final

WAITING: Final = """SELECT count(*) FROM pg_locks
WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
"""How many wait; a further condition is added with AND."""
