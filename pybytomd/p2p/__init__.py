"""Peer-to-peer transport: who we talk to and how bytes travel. Knows nothing of blocks or wallets."""
