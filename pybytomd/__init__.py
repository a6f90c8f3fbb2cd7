"""A full node of the Bytom proof-of-work blockchain.

The packages are layers; each imports only those below it (``import-linter`` enforces this)::

    cli                      command lines: pybytomd, pybytomcli
    node                     settings, home directory, logs, the Node that composes everything
    rpc                      HTTP API
    sync, mining             fetching and announcing blocks; block template, CPU miner, work for other miners
    wallet, p2p, equity      keys, accounts, payments; connections between nodes; the compiler of contracts
    chain                    block index, best chain, reorganisation, transaction pool
    consensus, store         rules (pure functions); databases
    vm                       virtual machine, programs, addresses
    ledger                   transactions, blocks, entries, merkle trees, network parameters
    codec, crypto, pow       bytes, hashes and signatures, proof of work

``errors``, ``events``, ``clock`` and ``tasks`` may be imported from anywhere.

What others may build on
------------------------

The command lines, the settings, the HTTP API (as ``/openapi.json`` describes it) and the files of a home directory
are public, and change only so that what worked goes on working.

So are, for Python programs, ``__version__`` and ``REFERENCE_VERSION``, ``errors``, and the packages that neither
run nor store anything: ``codec``, ``crypto``, ``pow``, ``ledger``, ``vm``, ``consensus`` and ``equity``. Public in
them is what has no underscore before its name, imported from the module that defines it. All of it is typed, which
``py.typed`` tells type checkers. While the version begins with 0 a name may move from one release to the next, but
what a function means stays.

Everything above them is the node's own, typed as well, but arranged anew whenever that makes it better.
"""

__version__ = "0.1.0"
"""The version of this package: what the programs, ``/openapi.json`` and the package's metadata tell."""

REFERENCE_VERSION = "1.1.1"
"""The version of bytomd this node stands in for: what it tells peers, API clients and ``pybytomd version``."""
