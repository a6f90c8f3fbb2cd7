"""Bodies of blocks: which to ask of whom, and putting them into the chain in order.

While catching up, ``download_window`` slides along the list of wanted blocks and shares them out among peers; what
one is slow to send is asked of another as well, so that the last blocks come as fast as the first (endgame).
``feeder`` takes what came, lowest first, and hands it to the chain. Near the tip ``announced_blocks`` takes the
blocks that peers announce.

The window does no input and output: it is told what came, from whom and when, and says what to ask for. Bytes in
hand and requests under way are bounded. A body that does not fit its header costs the peer that sent it.
"""
