"""Chains in files: what ``chain export`` writes and ``chain import`` reads; and chains taken back and forth.

``file_format`` says what such a file looks like: a header, then the blocks of a main chain in their order, plain
or compressed. ``transfer`` writes one from a chain, and adds the blocks of one to
another chain.

An import is as fast as the machine can judge blocks, and judges all of them as if peers had sent them; it goes on
where it was stopped. A file from a stranger can be refused, but cannot do harm.

``rollback`` takes the last blocks of a chain back (``db rollback``), and adds again those that are stored above,
of any branch.
"""
