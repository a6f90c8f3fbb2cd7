"""The end of a node, over the API. Not in the reference."""

from __future__ import annotations

from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method


@method("stop", role=Role.ADMIN, in_reference=False)
def stop(api: Api) -> None:
    """Stop the node in good order; this request is still answered."""
    if api.stop is None:
        raise NotAvailable("this node cannot be stopped over its API")
    api.stop()
