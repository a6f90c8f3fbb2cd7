"""Databases: key-value backends, the keys and records in them, and what to do when they are damaged.

``kv`` is what a database can do, on disk and in memory. ``schema`` has every key of every database, ``records``
what stands under them. ``block_store`` keeps the chain, ``bytom2`` that of Bytom 2 with keys of its own.

When things go wrong: ``errors``, ``remedies`` (what a message advises) and ``repair``. ``format`` refuses what a
later version wrote.

A batch happens whole or not at all, and is on the disk before it is acknowledged where the caller says so. Any
thread may use a database. Keys and values are the reference's: a key is added to ``schema``, and only where the
reference passes over it. The package knows no rule and no wallet.
"""
