"""Values in databases: what stands under the keys of ``store.schema``, to bytes and back.

``core_records`` are those of the chain that are not serialized blocks: its state, unspent outputs.
``output_records`` are unspent outputs as the wallet and tracing keep them, ``json_records`` what is common to all
records that are JSON objects. ``header_scan`` reads all headers at once, for the index.

The bytes are the reference's, which can go on with a database afterwards. A record that does not parse means a
damaged database: the error names the database and what to do.
"""
