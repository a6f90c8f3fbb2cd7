"""What is known of each peer, where new ones come from, and what happens when one sends a message."""
