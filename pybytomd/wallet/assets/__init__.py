"""Assets: those defined here, and those seen on the chain.

``registry`` makes assets, names them, and finds them by id or alias; ``asset_records`` are their records in
wallet.db, the reference's JSON byte for byte. The id of an asset follows from its program and definition
(``ledger.asset``), so it cannot be changed afterwards; an alias can, and is only known here.

Safe to use from several threads. Issuing is a matter of ``spend.actions``.
"""
