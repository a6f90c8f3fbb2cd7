"""The virtual machine: opcodes, gas, assembler, standard programs, addresses.

``verification.verify`` runs a program and tells the gas that is left; ``context`` is all that a program can ask
about its transaction. A ``frame`` is one level of execution, its gas and
stacks, and the ``machine`` runs frames; the instructions are the functions of ``ops``, one
family a file, entered with their prices in the ``opcode_table``. ``numbers`` is how items are read as numbers,
``errors`` lists the ways to fail, ``instructions`` takes programs apart. Programs that append to an item are run
by the frames of ``shared_memory``, whose memory is as Go's slices have it.

Programs as data are in ``programs``: from text and to it, those that the wallet needs, the standard ones, their
addresses, and the one that nearly every output has, which needs no machine.

``bytom2`` is the dialect of the other chain: its opcodes, numbers and programs, as far as they differ.

Nothing here has a state or knows of transactions, blocks or files; gas is exact also where a program fails. An
opcode is added in a module of ``ops``, as the README shows.

What is compiled. An ordinary install compiles the modules that ``build_compiled`` lists with mypyc: the machine,
the grammar of blocks and transactions, their ids, and the rules of validation. They stay plain Python, and run as
such where nothing is compiled, so what is written in them has to mean the same both ways:

* Everything is annotated, and the annotations are true: compiled code raises TypeError for anything else.
* Classes are plain, with ``__slots__`` and an ``__init__``; records derive from ``ledger.value.Value``. No
  dataclasses, named tuples or enumerations, which mypyc makes slow or not at all. They derive from compiled
  classes, errors or protocols only, once each, and have no attributes but their own: no ``__dict__``, no weak
  references.
* No decorators but ``classmethod``, ``property``, ``staticmethod`` and the table of opcodes; what caches, patches
  or traces calls sees none between compiled functions.
* So tests do not replace names in these modules: one compiled function calls another directly.
* Nothing asynchronous, and no loop of unknown length without a pause for other threads: compiled code keeps the
  GIL.

``tests/conventions`` checks what of this can be seen in the source. A module is listed when it was measured to
gain: decoding takes a third of the time, the rules for a payment, its signature aside, half, outputs a third.
Merkle trees, which only hash, gain nothing and are not.
"""
