"""What is counted and watched about the node for monitors and operators, by whoever sees it happen.

``served`` is what the API has done: requests, how long methods took, how they failed. ``chain_figures`` counts
reorganisations from the events of the chain, ``finality`` is how far a chain of validators is final, and
``storage_report`` how it stands with the disk, as whoever watches it says.

Figures begin at zero when the node starts, and only grow; how fast is for the reader to find out. They are counted
on the event loop and cost no more than an addition. How they are named and shown is in ``pages.metrics``.
"""
