"""An energy balance as a diagram of flows."""

from typing import Final
from uuid import UUID

import strawberry

from accounting.energy import sankey
from accounting.energy.sankey import Node as Drawn
from schema.enums import EnergyNodeKind
from schema.scalars import ExactDecimal
from schema.types.info import Info
from schema.types.park_supply import exact
from schema.types.registry import Site, Tenant, present

_OF_TENANT: Final = (EnergyNodeKind.FINAL_USE,)
_OF_SITE: Final = (EnergyNodeKind.PLANT, EnergyNodeKind.GAIN)


def _id(node: Drawn) -> str:
    return f"{node.kind}:{node.name}"


@strawberry.type(description="A node of the diagram.")
class EnergySankeyNode:
    """A node."""

    found: strawberry.Private[Drawn]

    @strawberry.field(description="What links name it by.")
    def id(self) -> strawberry.ID:
        """Return the id."""
        return strawberry.ID(_id(self.found))

    @strawberry.field(description="What it stands for.")
    def kind(self) -> EnergyNodeKind:
        """Return the kind."""
        return self.found.kind

    @strawberry.field(
        description="The code of the tenant that uses or of the plant's site; else the stage, carrier or kind of loss, "
        "empty where the kind says all."
    )
    async def name(self, info: Info) -> str:
        """Return the name."""
        tenant, site = await self.tenant(info), await self.site(info)
        return tenant.code if tenant else site.code if site else self.found.name

    @strawberry.field(description="The tenant that uses, of a final use.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant."""
        if self.found.kind not in _OF_TENANT:
            return None
        return Tenant.of(present(await info.context.tenants.load(UUID(self.found.name))))

    @strawberry.field(description="The plant's site, of a plant.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        if self.found.kind not in _OF_SITE:
            return None
        return Site.of(present(await info.context.sites.load(UUID(self.found.name))))


@strawberry.type(description="A flow from one node to another.")
class EnergySankeyLink:
    """A link."""

    source: strawberry.ID = strawberry.field(description="Id of the node it comes from.")
    target: strawberry.ID = strawberry.field(description="Id of the node it goes to.")
    carrier: str = strawberry.field(description="What flows; empty for losses and gains of plants.")
    amount: ExactDecimal = strawberry.field(description="Amount, above zero.")

    @classmethod
    def of(cls, link: sankey.Link) -> "EnergySankeyLink":
        """Make the type of a link."""
        return cls(
            source=strawberry.ID(_id(link.source)),
            target=strawberry.ID(_id(link.target)),
            carrier=link.carrier,
            amount=exact(link.amount),
        )


@strawberry.type(
    description="The flows of a balance in one value: what enters each carrier and plant leaves it, exactly."
)
class EnergySankey:
    """A diagram."""

    nodes: list[EnergySankeyNode] = strawberry.field(description="Nodes, in the order the energy passes.")
    links: list[EnergySankeyLink] = strawberry.field(description="Flows of energy.")
    services: list[EnergySankeyLink] = strawberry.field(
        description="What plants make of their power and their surroundings; drawn beside, and in no sum."
    )

    @classmethod
    def of(cls, found: sankey.Sankey) -> "EnergySankey":
        """Make the type of a diagram."""
        return cls(
            nodes=[EnergySankeyNode(found=node) for node in found.nodes],
            links=[EnergySankeyLink.of(link) for link in found.links],
            services=[EnergySankeyLink.of(link) for link in found.services],
        )
