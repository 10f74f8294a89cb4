"""Files that prove something: received, kept under their hash outside of the database, and handed out again."""
