"""A full node of the Bytom proof-of-work blockchain.

The packages are layers; each imports only those below it (``import-linter`` enforces this)::

    cli                           command lines: pybytomd, pybytomcli
    client                        a typed client of a node, for programs
    node                          settings, home directory, logs, the Node that composes everything
    rpc                           HTTP API
    dashboard                     the pages in a browser: static files
    sync, mining                  fetching and announcing blocks; block template, CPU miner, work for other miners
    wallet, tracing, indexing,    keys, accounts, payments; contracts followed over the chain; the index of every
    watching, parquet,            address; single watched addresses; the chain as tables; connections between
    p2p, equity                   nodes; the compiler of contracts
    chain                         block index, best chain, reorganisation, transaction pool
    consensus, store              rules (pure functions); databases
    vm                            virtual machine, programs, addresses
    ledger                        transactions, blocks, entries, merkle trees, network parameters
    codec, crypto, pow            bytes, hashes and signatures, proof of work

Beside them lie the modules that may be imported from anywhere: ``errors`` (the exception tree), ``events`` (who
tells whom), ``clock`` (time, injected), ``tasks`` (work on the event loop), ``worker`` (work in a thread) and
``files`` (files written whole). ``specification`` holds no code: it describes the protocol, and is what a
``Source:`` in a docstring names. ``testing`` is a plugin of pytest for who tests a program against a node.

To get to know the code, read upwards: a block in ``ledger.block``, its rules in ``consensus``, how it becomes part
of a chain in ``chain.chain``, how it comes from a peer in ``sync``, and in ``node.node`` how all parts are made.
The docstring of each package says what is in it, in which order to read it, and how to add to it.

What others may build on
------------------------

The command lines, the settings, the HTTP API (as ``/openapi.json`` describes it) and the files of a home directory
are public, and change only so that what worked goes on working. So is ``client``, which follows the API.

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

BYTOM2_REFERENCE_VERSION = "2.0.7"
"""The one that a node of Bytom 2 stands in for."""
