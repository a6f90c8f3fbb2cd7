"""Key-value databases: what one can do, and those that do it, on the disk and in memory.

``interface`` is what the node asks of a database. ``leveldb`` does it on disk, by whichever ``binding`` is
installed; ``directory`` tells whether there is a database and whether somebody is in it, ``seal`` whether another
program was in it since, ``log_tail`` cuts off what a power cut left at the end of a log, ``memory_release`` gives
memory back. ``memory_db`` does the same in memory, and ``write_behind`` puts several steps of a writer into one
batch in front of either. ``batch`` gathers changes that are read before they are written.

Another backend is a module here, and a row in the conformance tests, which hold all of them to one behaviour.
"""
