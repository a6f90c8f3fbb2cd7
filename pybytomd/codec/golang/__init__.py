"""Habits of Go that show in its answers, files and error texts, and that clients or stored data depend on.

``goduration`` and ``gotime`` read and write spans of time and moments, ``gonumbers`` numbers and truth values of
settings and flags, ``goquote`` text in quotes as error messages have it. ``gotext`` has Go's idea of blanks and of
lower case, ``gosort`` the order in which its sorting leaves what compares as equal.

What does not parse raises DecodeError with Go's words. Nothing here is a matter of taste: what only this program
reads is written by Python's own means.
"""
