"""The other dialect of the virtual machine, that of Bytom 2; the machine itself is the one of ``vm``.

``verification.verify`` runs a program and tells the gas that is left, on the ``frame`` of this dialect and by its
table of opcodes, which ``ops`` makes from that of 1.x. ``numbers`` have 255 bits and no sign, and the ``context``
knows the state data of an output. ``errors`` has the one way to fail that 1.x has not.

Programs as data: ``standard`` tells which is which and what runs in place of one, ``contracts`` those that
register a contract and that call it, ``address`` and ``text`` write them for people. What ``vm.programs`` builds
holds here, too, but for what runs in place of a script's hash.
"""
