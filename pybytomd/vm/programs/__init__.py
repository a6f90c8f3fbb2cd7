"""Programs as data: built, recognised, written as text, and the addresses that stand for them.

``builders`` makes the programs that a wallet needs, ``standard`` tells which output programs are standard and
what runs in their place, ``address`` is their text for people. ``assembler`` and ``disassembler`` go from text
and to it. ``key_hash`` judges the program that nearly every output has, pay to a key's hash, without a machine.

They stand above the opcodes, whose names and numbers the text needs, and run nothing themselves.
"""
