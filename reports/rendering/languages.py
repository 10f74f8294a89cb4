"""The languages that a document is rendered in; every text of a document stands in both."""

from enum import StrEnum

from reports.document import Bilingual


class Language(StrEnum):
    """A language of a rendering, by its BCP 47 tag."""

    EN = "en"
    """English."""
    ZH = "zh"
    """Chinese, simplified."""

    def of(self, text: Bilingual) -> str:
        """Return a text in this language."""
        return text.zh if self is Language.ZH else text.en
