"""What is asked about contracts that are followed, and the service that answers."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.schema.field_types import HexBytes, Text
from pybytomd.tracing.service import TraceService


@dataclass(frozen=True, slots=True)
class CreateInstanceRequest:
    """A transaction and the block it is in."""

    tx_hash: HexBytes = b""
    block_hash: HexBytes = b""


@dataclass(frozen=True, slots=True)
class InstanceRequest:
    """An instance by its id."""

    trace_id: Text = ""


def service_of(api: ApiParts) -> TraceService:
    """What follows contracts. Raises NotAvailable."""
    if api.trace is None:
        raise NotAvailable("contracts are not followed: set enable in [trace] of config.toml, or TM_TRACE_ENABLE")
    return api.trace
