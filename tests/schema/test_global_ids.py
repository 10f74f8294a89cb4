"""Global ids of many objects at once are those of each."""

from uuid import UUID, uuid4

import pytest

from schema.global_ids import decode_uuid, encode, encode_each


@pytest.mark.parametrize("name", ["Activity", "Park", "Site", "Tenant", "OwnFactor"])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_many_are_encoded_as_each_is(name: str, count: int) -> None:
    identities = [UUID(int=0), UUID(int=2**128 - 1), *(uuid4() for _ in range(48))][:count]
    found = encode_each(name, identities)
    assert found == [encode(name, identity) for identity in identities]
    assert [decode_uuid(text, name) for text in found] == identities
