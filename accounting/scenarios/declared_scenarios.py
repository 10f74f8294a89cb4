"""A scenario that is kept: its definition alone. What it answers is worked out from the ledger whenever it is asked."""

from dataclasses import dataclass
from typing import ClassVar, Final

from accounting.declarations import DeclarationKind
from accounting.scenarios.stated import LONGEST_NAME, StatedStep
from accounting.scenarios.steps import BadScenario, Scenario

LONGEST_ASSUMPTIONS: Final = 4000
"""Characters the assumptions may have."""


@dataclass(frozen=True, slots=True)
class DeclaredScenario:
    """Levers in order on a reference year, asked for in `years`, with the assumptions they rest on in words.

    `code` is the tenant's own name of it; declared again it is the next version. Raises `BadScenario`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.SCENARIO

    code: str
    name_en: str
    name_zh: str
    reference_year: int
    years: tuple[int, ...]
    steps: tuple[StatedStep, ...]
    assumptions: str

    def __post_init__(self) -> None:
        if not self.code.strip():
            raise BadScenario("", "code", "the scenario has no code; accepted is a short name of your own")
        texts = (("code", self.code), ("nameEn", self.name_en), ("nameZh", self.name_zh))
        for field, text, most in (
            *((field, text, LONGEST_NAME) for field, text in texts),
            ("assumptions", self.assumptions, LONGEST_ASSUMPTIONS),
        ):
            if len(text) > most or "\x00" in text:
                message = f"{text[:40]!r} is not accepted: at most {most} characters, without NUL"
                raise BadScenario("", field, message)
        self.scenario()

    @property
    def subject(self) -> str:
        """The code."""
        return self.code

    def scenario(self) -> Scenario:
        """Return the scenario as it is applied."""
        return Scenario(self.reference_year, self.years, tuple(step.step() for step in self.steps))
