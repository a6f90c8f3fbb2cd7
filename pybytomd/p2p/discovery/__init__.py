"""Finding nodes to call: the UDP table, DNS seeds, the local network, and a book of addresses that answered."""
