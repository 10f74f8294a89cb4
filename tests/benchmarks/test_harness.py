"""The harness: who runs when, what a ratio is, and where a section is written."""

from pathlib import Path

from benchmarks.harness import Ratio, interleaved, ratio, rounded, table, write_section


def test_contestants_take_turns_and_the_first_round_does_not_count() -> None:
    ran: list[str] = []

    def contestant(name: str, value: float) -> float:
        ran.append(name)
        return value * len(ran)

    found = interleaved({"a": lambda: contestant("a", 1), "b": lambda: contestant("b", 10)}, 3)
    assert ran == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert found == {"a": [4, 5, 8], "b": [30, 60, 70]}


def test_a_ratio_is_formed_round_by_round() -> None:
    assert ratio([10, 30, 20], [10, 10, 10]) == Ratio(2, 1, 3)
    assert ratio([10, 30, 100], [10, 15, 10]) == Ratio(2, 1, 10)
    assert str(Ratio(2, 0.5, 10)) == "2.00 (0.50 to 10.00)"
    assert str(Ratio(16.27, 0.55, 20)) == "16.3 (0.6 to 20.0)"


def test_figures_are_written_with_two_digits() -> None:
    assert [rounded(value) for value in (8724, 12.4, 987654)] == ["8,700", "12", "990,000"]


def test_a_table_has_its_figures_to_the_right() -> None:
    assert table(("what", "ratio"), [("a", 1)]) == "| what | ratio |\n| --- | ---: |\n| a | 1 |"


def test_a_section_replaces_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write_section("one", "first \\1 text", page)
    write_section("two", "other", page)
    before = page.read_text(encoding="utf-8")
    write_section("one", "second \\g<0>\n", page)
    after = page.read_text(encoding="utf-8")
    assert before.replace("first \\1 text", "second \\g<0>") == after
    assert after.startswith(
        "# Performance\n\n<!-- one -->\nsecond \\g<0>\n<!-- end of one -->\n\n<!-- two -->\nother\n"
    )
