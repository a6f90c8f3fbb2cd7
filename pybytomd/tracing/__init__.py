"""The trace service: follows contracts over the chain, from the outputs they are in to those they move to.

It needs no wallet and has a database of its own. Source: contracts-and-tracing reference, parts A2 and B.
"""
