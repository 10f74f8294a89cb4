"""Every finding has its words in both languages, about the same things."""

from string import Formatter

import pytest

from proofs.findings import WORDS, Finding, FindingKind, Language


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("kind", FindingKind)
def test_a_finding_is_told_in_both_languages(kind: FindingKind) -> None:
    words = WORDS[kind]
    assert names(words.en) == names(words.zh)
    assert words.en.isascii()
    assert not words.zh.isascii()
    values = {name: f"<{name}>" for name in names(words.en)}
    told = [Finding(kind, values).told(language) for language in Language]
    assert all(f"<{name}>" in text for name in values for text in told)
