"""Enums of who may do what, registered like those of `enums`."""

from ledger.identity.grant_rows import GrantKind as GrantKind
from ledger.identity.grant_rows import GrantState as GrantState
from ledger.identity.principals import Right as Right
from ledger.identity.principals import Role as Role
from schema.enums import described

__all__ = ["GrantKind", "GrantState", "Right", "Role"]

for _found, _name in (
    (GrantKind, "AccessGrantKind"),
    (GrantState, "AccessGrantState"),
    (Right, "AccessRight"),
    (Role, "AccessRole"),
):
    described(_found, _name)
