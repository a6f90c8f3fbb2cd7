"""The home directory: where it is, how it is made, and what lies in it.

``locations`` says where it is, ``initialise`` makes one (``pybytomd init``). ``lock`` keeps a second node out,
``node_key`` is the identity among peers, ``validator_key`` that of a node of Bytom 2, ``cookie`` what opens the
API to programs of the same user, ``mark`` remembers what the directory was last run as. ``databases`` opens what
is under ``data/``. Tools open it by ``node.offline``.

Files and their forms are the reference's where it has them, for the two may take turns in one directory. A new
database needs a name in ``databases``, its keys in ``store.schema``, and a word in ``store.remedies`` about what
is lost with it.
"""
