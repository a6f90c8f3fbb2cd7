"""The chain as Parquet files: blocks, transactions, inputs and outputs, for DuckDB, Spark or a warehouse.

``tables`` says what the columns are and what they mean; ``rows`` makes the rows of a block, a pure function;
``export`` writes them and goes on where the last export ended; ``errors`` says why it cannot. It needs the library
pyarrow, which ``pip install 'pybytomd[parquet]'`` brings, and nothing else of the node does.

In the directory lies a folder for each table, and in it a file for each range of heights, named by its first
height: ``blocks``, ``transactions``, ``inputs``, ``outputs``, each with files like 0000010000.parquet. Rows are in
the order of the chain, so a query for some heights reads some row groups. The file of the last range is written
anew, whole, until the range is complete; all others stay as they are. ``export.json``, which is written last, says
what network and range size it is, and up to which height **all four** tables are complete, with that block's hash.
Who reads while an export runs leaves out what is above that height.

An export ends some blocks below the tip, so that a reorganisation of the chain does not reach it. Where one does
all the same, the next export says so and changes nothing.

Ids and programs are text in hex, as in the API; amounts are in the smallest unit of the asset, which is neu for
BTM; times are UTC. Tables are joined by ``tx_id`` and ``height`` (an id may occur at two heights, though hardly
ever does), and ``inputs.spent_output_id`` is the ``outputs.output_id`` that is spent.
"""
