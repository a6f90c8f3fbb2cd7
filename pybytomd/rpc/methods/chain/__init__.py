"""Methods about the chain: its blocks, transactions and addresses, mining, contracts that are followed over it.

``blocks`` answers what is asked about blocks and headers, ``transactions`` takes transactions apart, hands them in
and shows the pool, ``check`` says what would become of one, ``mining`` switches the miner and gives work to
others, ``trace`` follows contracts, ``watch`` single addresses, ``index`` asks the index of every address,
transaction and asset.

None of them needs a wallet. They ask ``chain.ports`` and never wait for a block under way; what takes long, such
as judging a submitted block, is awaited from the chain's own thread.
"""
