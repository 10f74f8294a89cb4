"""The info of a resolver, with our context."""

import strawberry

from schema.context import Context

Info = strawberry.Info[Context, None]
