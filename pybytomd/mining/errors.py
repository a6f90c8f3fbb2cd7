"""What can go wrong in mining. The texts are the reference's where it has one, for clients match on them."""

from __future__ import annotations

from pybytomd.errors import BytomError


class MiningError(BytomError):
    """Base of the errors of this package."""


class NoWork(MiningError):
    """No block template could be built yet; the context, if any, is why."""

    message = "no block is ready for mining"


class EmptyWork(MiningError):
    """Work was submitted without a header."""

    message = "can't submit empty block"


class StaleWork(MiningError):
    """Work was submitted on top of another block than the best one."""

    message = "pending mining block has been changed"


class OrphanWork(MiningError):
    """Work was submitted whose parent the chain does not know."""

    message = "submit result is orphan"


class OrphanBlock(MiningError):
    """A whole block was submitted whose parent the chain does not know."""

    message = "block submitted is orphan"


class MinedOnDemand(MiningError):
    """A miner was to begin where no proof of work is wanted: it would make blocks without end."""

    message = "a chain of dev is not mined: its blocks are made on demand, as by pybytomcli generate 10"


class TooFarAhead(MiningError):
    """The best block is as far ahead of the clock as a block may be, or the next turns are those of others."""

    message = (
        "no block can be made yet: the last one is as far ahead of the clock as the network allows, or no turn of "
        "this node's key comes before that; wait some seconds"
    )


class GenerationRefused(MiningError):
    """Blocks on demand were asked for on a network that is not private."""

    message = "blocks are generated on demand on solonet and dev only"
