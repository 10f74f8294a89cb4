"""What keeps a document from being rendered."""


class CannotRender(ValueError):
    """A form cannot show the document as it is; the message says what, where, and what would be accepted."""
