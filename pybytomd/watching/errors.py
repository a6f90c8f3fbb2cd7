"""What cannot be watched."""

from __future__ import annotations

from pybytomd.errors import RequestError


class AlreadyWatched(RequestError):
    """The address is watched, from whatever block on."""

    message = "this address is watched already: unwatch it first to begin at another block"


class NotWatched(RequestError):
    """The address is not watched."""

    message = "this address is not watched"


class TooManyWatched(RequestError):
    """As many addresses are watched as may be."""

    message = "no more addresses can be watched; an index of all of them is kept by --index.enable"


class BadBeginning(RequestError):
    """The block from which on an address is to be watched is not there."""

    message = "from_height is -1 for the next block, or the height of a block of the chain"
