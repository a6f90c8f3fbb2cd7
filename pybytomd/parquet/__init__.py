"""The chain as Parquet files: blocks, transactions, inputs and outputs, for DuckDB, Spark or a warehouse.

``tables`` says what the columns are and what they mean; ``rows`` makes the rows of a block, a pure function;
``export`` writes them and goes on where the last export ended; ``errors`` says why it cannot. It needs the library
pyarrow, which ``pip install 'pybytomd[parquet]'`` brings, and nothing else of the node does.

In the directory lies a folder for each table, and in it a file for each range of heights, named by its first
height::

    export.json                     what network and range size it is, and up to which height it is complete
    blocks/0000000000.parquet       one row a block
    blocks/0000010000.parquet
    transactions/0000000000.parquet one row a transaction, by height and position in the block
    inputs/0000000000.parquet       one row an input, what it spends or issues described in full
    outputs/0000000000.parquet      one row an output or retirement

Rows are in the order of the chain, so a query for some heights reads some row groups. The file of the last range
is written anew, whole, until the range is complete; all others stay as they are. The height in export.json, which
is written last, counts for **all four** tables: who reads while an export runs leaves out what is above it.

An export ends some blocks below the tip, so that a reorganisation of the chain does not reach it. Where one does
all the same, the next export says so and changes nothing.

Ids and programs are text in hex, as in the API; amounts are in the smallest unit of the asset, which is neu for
BTM; times are UTC. Tables are joined by transaction id and height (an id may occur at two heights, though hardly
ever does), and the spent output id of an input is the id of an output.
"""
