"""The keys of this node: the directory of encrypted key files, and what signs with them."""
