"""What may change hands and what may not, each with its clause; a division neither loses nor doubles anything."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.refusals import Refused
from accounting.scope2.instrument_transfers import BOUND, TRANSFERABLE, Division, Holding, check_transfer, divided
from accounting.scope2.instruments import Instrument, Kind, Serials
from emission_factors import decimals
from tests.instruments import ONE, TWO, claim

ON = date(2026, 1, 20)


def refused(change: Callable[[], object]) -> tuple[str, str, str]:
    with pytest.raises(Refused) as caught:
        change()
    return caught.value.code.value, caught.value.field, str(caught.value)


def held(quantity: str = "100", kind: Kind = Kind.GEC, **fields: Any) -> Instrument:
    """Return what its own generator holds, certificates 1 to 100 of batch g."""
    return claim("g", quantity, kind, **({"cancellation": None, "generator": ONE} | fields))


def test_each_kind_is_free_or_bound() -> None:
    assert set(TRANSFERABLE) | set(BOUND) == set(Kind)
    assert set(TRANSFERABLE) & set(BOUND) == set()


def test_a_certificate_of_its_generator_goes() -> None:
    check_transfer(held(), ON)
    check_transfer(held(kind=Kind.OTHER_CERTIFICATE), ON)
    check_transfer(held(kind=Kind.OTHER_CERTIFICATE, generator=None), ON)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            Kind.GREEN_POWER_TRADE,
            "its certificates go with the power to the user (发改能源〔2024〕1123号",
        ),
        (Kind.DIRECT_SUPPLY, "whoever is supplied over the line (GHG Protocol Scope 2 Guidance table 7.1 (7))"),
        (Kind.SELF_USE, "certificates of self-use are issued but not tradable (国能发新能规〔2024〕67号)"),
        (Kind.POWER_PURCHASE_AGREEMENT, "conveys the power of its buyer only"),
        (Kind.SUPPLIER_RATE, "the rate of what was delivered to the customer"),
    ],
)
def test_what_is_bound_to_the_energy_stays(kind: Kind, words: str) -> None:
    code, field, message = refused(lambda: check_transfer(held(kind=kind, serials=None), ON))
    assert (code, field) == ("INSTRUMENT_NOT_TRANSFERABLE", "instrumentId")
    assert message.startswith(f"g is {kind}: ")
    assert words in message


@pytest.mark.parametrize("kind", sorted(TRANSFERABLE))
def test_what_is_not_tradable_stays(kind: Kind) -> None:
    code, field, message = refused(lambda: check_transfer(held(kind=kind, is_tradable=False), ON))
    assert (code, field) == ("INSTRUMENT_NOT_TRANSFERABLE", "instrumentId")
    assert "not tradable" in message
    assert "国能发新能规〔2024〕67号" in message


@pytest.mark.parametrize("generator", [None, TWO])
def test_a_gec_is_traded_once(generator: Any) -> None:
    code, _, message = refused(lambda: check_transfer(held(generator=generator), ON))
    assert code == "INSTRUMENT_NOT_TRANSFERABLE"
    assert "g was traded already, its holder is not its generator (发改能源〔2023〕1044号" in message


@pytest.mark.parametrize(
    ("made", "on", "code"),
    [
        (("2025-03", "2025-06"), "2025-05-31", "BAD_INSTRUMENT"),
        (("2025-03", "2025-06"), "2025-06-01", ""),
        (("2025-03", "2025-06"), "2027-02-28", ""),
        (("2025-03", "2025-06"), "2027-03-01", "INSTRUMENT_NOT_TRANSFERABLE"),
        (("2023-03", "2023-06"), "2025-12-31", ""),
        (("2023-03", "2023-06"), "2026-01-01", "INSTRUMENT_NOT_TRANSFERABLE"),
    ],
)
def test_a_gec_goes_while_it_is_valid(made: tuple[str, str], on: str, code: str) -> None:
    """Two years from the first month of generation, that month included; output before 2024 to the end of 2025."""
    certificates = held(made=made)
    if not code:
        check_transfer(certificates, date.fromisoformat(on))
        return
    found = refused(lambda: check_transfer(certificates, date.fromisoformat(on)))
    assert found[:2] == (code, "transferredOn")


def test_certificates_of_other_registries_follow_their_own_term() -> None:
    check_transfer(held(kind=Kind.OTHER_CERTIFICATE), date(2029, 1, 1))
    assert refused(lambda: check_transfer(held(kind=Kind.OTHER_CERTIFICATE), date(2025, 11, 30)))[0] == "BAD_INSTRUMENT"


@pytest.mark.parametrize(
    ("quantity", "serials", "part", "rest"),
    [
        (None, None, ("100", 1, 100), None),
        ("100", None, ("100", 1, 100), None),
        ("100", (1, 100), ("100", 1, 100), None),
        ("60", None, ("60", 1, 60), ("40", 61, 100)),
        (None, (61, 100), ("40", 61, 100), ("60", 1, 60)),
        ("40", (61, 100), ("40", 61, 100), ("60", 1, 60)),
        (None, (1, 1), ("1", 1, 1), ("99", 2, 100)),
    ],
)
def test_a_part_is_taken_from_one_end(
    quantity: str | None,
    serials: tuple[int, int] | None,
    part: tuple[str, int, int],
    rest: tuple[str, int, int] | None,
) -> None:
    named = Serials("g", *serials) if serials else None
    wanted = Division(holding(*part), holding(*rest) if rest else None)
    assert divided(held(), Decimal(quantity) if quantity else None, named) == wanted


def holding(quantity: str, first: int, last: int) -> Holding:
    return Holding(Decimal(quantity), Serials("g", first, last))


def test_contracts_are_divided_by_quantity_alone() -> None:
    agreement = held("100.5", Kind.POWER_PURCHASE_AGREEMENT, serials=None)
    assert divided(agreement, Decimal("40.25"), None) == Division(
        Holding(Decimal("40.25"), None), Holding(Decimal("60.25"), None)
    )


OVERDRAWN, BAD = "INSTRUMENT_OVERDRAWN", "BAD_INSTRUMENT"


@pytest.mark.parametrize(
    ("quantity", "serials", "code", "field", "words"),
    [
        ("101", None, OVERDRAWN, "quantityMwh", "101 MWh of g are to go, of which 100 MWh are held"),
        ("0", None, BAD, "quantityMwh", "accepted is above 0"),
        ("-1", None, BAD, "quantityMwh", "accepted is above 0"),
        ("NaN", None, BAD, "quantityMwh", "accepted is above 0"),
        ("Infinity", None, BAD, "quantityMwh", "accepted is above 0"),
        ("10.5", None, BAD, "quantityMwh", "certificates are whole, 1 GEC = 1 MWh"),
        (None, ("g", 90, 101), OVERDRAWN, "serials", "90 to 101 of g are not among those of g, 1 to 100 of g"),
        (None, ("g", 0, 10), OVERDRAWN, "serials", "are not among those"),
        (None, ("h", 1, 10), OVERDRAWN, "serials", "1 to 10 of h are not among those of g"),
        (None, ("g", 40, 60), BAD, "serials", "would leave two ranges of 1 to 100 of g"),
        ("11", ("g", 1, 10), BAD, "serials", "are 10, for 11 MWh; 1 GEC = 1 MWh"),
    ],
)
def test_what_is_not_held_is_not_taken(
    quantity: str | None, serials: tuple[str, int, int] | None, code: str, field: str, words: str
) -> None:
    named = Serials(*serials) if serials else None
    found = refused(lambda: divided(held(), Decimal(quantity) if quantity else None, named))
    assert found[:2] == (code, field)
    assert words in found[2]


def test_certificates_and_megawatt_hours_go_together() -> None:
    others = held("50.5", Kind.OTHER_CERTIFICATE, serials=Serials("g", 1, 101))
    for quantity, serials in (("50.5", Serials("g", 1, 100)), ("50", Serials("g", 1, 101)), ("50", None)):
        assert refused(partial(divided, others, Decimal(quantity), serials))[:2] == (BAD, "serials")
    assert divided(others, Decimal("50"), Serials("g", 1, 100)).rest == Holding(Decimal("0.5"), Serials("g", 101, 101))
    bare = held(serials=None)
    assert refused(lambda: divided(bare, None, Serials("g", 1, 10)))[:2] == (OVERDRAWN, "serials")
    assert divided(bare, Decimal(10), None) == Division(Holding(Decimal(10), None), Holding(Decimal(90), None))


@given(st.integers(1, 10**12), st.data())
def test_parts_of_parts_are_the_whole(count: int, data: st.DataObject) -> None:
    """Taken apart at either end as often as one likes, every certificate is in one part and the MWh add up."""
    start = data.draw(st.integers(0, 10**30))
    left = [(start, start + count - 1)]
    for _ in range(data.draw(st.integers(0, 6))):
        first, last = left.pop(data.draw(st.integers(0, len(left) - 1)))
        size = data.draw(st.integers(1, last - first + 1))
        named = Serials("g", last - size + 1, last) if data.draw(st.booleans()) else None
        certificates = held(str(last - first + 1), serials=Serials("g", first, last))
        division = divided(certificates, Decimal(size), named)
        left += [numbers(one) for one in (division.part, division.rest) if one]
    left.sort()
    assert (left[0][0], left[-1][1]) == (start, start + count - 1)
    assert all(before[1] + 1 == after[0] for before, after in pairwise(left))


def numbers(found: Holding) -> tuple[int, int]:
    assert found.serials
    assert found.quantity == found.serials.count
    return found.serials.first, found.serials.last


@given(st.decimals(Decimal("0.000000000000000001"), Decimal(10**19), places=18), st.data())
def test_quantities_add_up_to_the_last_digit(whole: Decimal, data: st.DataObject) -> None:
    part = data.draw(st.decimals(Decimal("0.000000000000000001"), whole, places=18))
    division = divided(held(str(whole), Kind.SUPPLIER_RATE, serials=None), part, None)
    assert division.part.quantity == part
    assert (division.rest is None) == (part == whole)
    assert decimals.total((part, division.rest.quantity if division.rest else Decimal(0))) == whole
