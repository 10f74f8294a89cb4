"""The one exception a command raises for a failure the user can mend."""


class Failed(Exception):
    """A command failed; the message says what was wrong and what to do."""
