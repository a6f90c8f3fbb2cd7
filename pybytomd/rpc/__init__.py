"""The HTTP API: server, registry of methods, authentication, errors."""
