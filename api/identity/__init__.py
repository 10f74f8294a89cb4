"""Who a caller is: keys, tokens of identity providers, and what they say of a request."""
