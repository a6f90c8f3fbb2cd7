"""What peers tell each other about the chain: messages, synchronisation, relay. Knows nothing of HTTP."""
