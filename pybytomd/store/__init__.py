"""Databases: key-value backends, the keys and records in them, and what to do when they are damaged.

``kv`` is what a database can do. ``leveldb`` does it on disk, by whichever ``binding`` is installed, ``memory_db``
in memory, ``write_behind`` puts several steps of a writer into one, and ``expendable`` never fails. ``schema`` has
every key of every database. ``block_store`` keeps the chain with the values of ``core_records``; ``header_scan``
reads all headers for the index. ``json_records`` and ``output_records`` are forms that the wallet and tracing
share.

When things go wrong: ``errors``, ``directory`` (is there a database, is somebody in it), ``log_tail`` (after a
power cut), ``repair``, and ``remedies`` (what a message advises). ``format`` refuses what a later version wrote,
``memory_release`` gives memory back.

A batch happens whole or not at all, and is on the disk before it is acknowledged where the caller says so. Any
thread may use a database. Keys and values are the reference's: a key is added to ``schema``, and only where the
reference passes over it. The package knows no rule and no wallet.
"""
