"""The types of the API, hand-written over read models: a table's shape is never the API's."""
