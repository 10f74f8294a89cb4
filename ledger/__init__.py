"""PostgreSQL: tables, posting, rollups, reads. Here alone the database meets the arithmetic."""
