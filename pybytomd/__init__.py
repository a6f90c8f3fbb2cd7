"""A full node of the Bytom proof-of-work blockchain.

The packages are layers; each imports only those below it (``import-linter`` enforces this)::

    cli                      command lines: pybytomd, pybytomcli
    node                     configuration, logging, the Node that composes everything
    rpc                      HTTP API
    mining                   block template, CPU miner, mining pool
    chain                    block index, UTXO view, reorganisation, transaction pool
    consensus | store        rules (pure functions) | databases
    vm                       virtual machine, programs, addresses
    ledger                   transactions, blocks, entries, merkle trees, network parameters
    codec, crypto, pow       bytes, hashes and signatures, proof of work

``errors``, ``events`` and ``clock`` may be imported from anywhere.
"""

__version__ = "0.1.0"

REFERENCE_VERSION = "1.1.1"
"""The version of bytomd this node stands in for: what it tells peers, API clients and ``pybytomd version``."""
