"""The end of a node, over the API. Not in the reference."""

from __future__ import annotations

from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import BOTH, method


@method("stop", role=Role.ADMIN, in_reference=False, kinds=BOTH)
def stop(api: ApiParts) -> None:
    """Stop the node in good order; this request is still answered."""
    if api.stop is None:
        raise NotAvailable("this node cannot be stopped over its API")
    api.stop()
