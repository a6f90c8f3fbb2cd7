"""What a node is made of, by the kind of its chain."""
