"""The wallet: keys, accounts, assets, the index of our transactions, and the building of new ones."""
