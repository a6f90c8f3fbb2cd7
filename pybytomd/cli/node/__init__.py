"""What pybytomd does besides running a node: its tools, each a command that ends.

``tools`` has the commands: archives of the chain, checks and repairs of databases, the wallet. ``miner`` is the
miner process, which asks a node for work, ``equity`` the compiler of contracts, and ``dev_chain`` a node with a
chain and an account for who develops; ``validators`` are several nodes of Bytom 2 at once, each of which is a
``validator_process``, and ``dev_home`` is how directories of both are emptied. ``configuration`` shows and
checks the settings, ``deploy`` prints files to run a node as a service, ``databases`` counts what is in
databases and makes them compact, ``rollback`` takes the last blocks of a chain back. ``progress`` draws how far
long work is.

A tool is a command in ``tools`` that imports what it needs when it runs, since the version alone must not load
a node. Long work asks ``interruption`` between its steps, and ends in good order on Ctrl-C.
"""
