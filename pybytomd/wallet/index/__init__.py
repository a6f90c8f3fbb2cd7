"""What the wallet keeps of each block: our transactions and unspent outputs, and those that wait in the pool."""
