"""How far a chain of validators is final, and how its validators do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FinalityFigures:
    """Heights of the last justified and the last finalized checkpoint, and the epoch that goes on.

    ``votes`` are all that count now, in neu. ``is_validator`` says whether this node's key is among the
    ``validators`` of the epoch, ``is_producing`` whether it makes blocks when it is its turn, and ``produced`` how
    many it has made since the node started.
    """

    justified_height: int
    finalized_height: int
    epoch: int
    validators: int
    votes: int
    is_validator: bool
    is_producing: bool
    produced: int
