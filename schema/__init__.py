"""The GraphQL surface: types, resolvers, limits, errors. Knows GraphQL; no SQL."""
