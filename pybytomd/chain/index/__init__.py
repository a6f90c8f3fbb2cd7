"""What is known of every block on every branch, held in memory, and how it is read when a chain is opened.

``block_index`` are the columns: parents, heights, sums of work, and which blocks are on the main chain.
``hash_table`` finds the row of a block hash, in a fourth of the memory of a dictionary. ``genesis`` fills both:
with the genesis block where the database is empty, with the stored headers where it is not.

Questions may come from any thread while the chain's thread adds: columns only grow, and another branch becomes the
main chain in one step. A block is never taken out again.
"""
