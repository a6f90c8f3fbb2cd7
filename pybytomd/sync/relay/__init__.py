"""Passing blocks and transactions on, and answering what peers ask about our chain."""
