"""What the API serves for people and monitors: pages, metrics."""
