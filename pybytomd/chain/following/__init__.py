"""How others follow a chain: the wallet, tracing, the index, notifications.

``block_feed`` hands a follower the blocks that were just judged, as long as it keeps up, so that it need not read
them again. ``walk`` says which block is next for one that is anywhere: back to the main chain, then along it.
``follower`` is the life of those that have a thread of their own.

The first two ask the chain by ``chain.ports`` alone, and a follower keeps its own place: whatever happens in
between, a block is never passed over and none is handed out twice.
"""
