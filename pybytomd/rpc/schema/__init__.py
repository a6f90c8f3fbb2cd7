"""What requests and replies look like: field types, the registry of methods, OpenAPI."""
