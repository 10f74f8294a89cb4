"""The Node interface of Relay."""

import strawberry


@strawberry.interface(description="An object with an id of its own, which `node` finds again.")
class Node:
    """Relay's Node."""

    id: strawberry.ID = strawberry.field(description="Global id; opaque, stable, unique in the service.")
