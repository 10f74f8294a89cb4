"""Ways in beside GraphQL and files: messages of an MQTT broker, and webhooks of systems with a form of their own."""
