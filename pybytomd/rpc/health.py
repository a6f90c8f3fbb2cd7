"""Whether the node lives, and whether it is ready to serve: for load balancers, containers and monitors.

A node lives when it answers at all. It is ready when what it would answer is what the network says: it has
started, it is not stopping, and its chain is up to date. Else there is a reason, one word for programs and a line
for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.rpc.http_messages import HttpResponse
from pybytomd.rpc.lifecycle import HEALTH_PATH, Phase

if TYPE_CHECKING:
    from pybytomd.rpc.api import ApiParts

BLOCKS_BEHIND = 2
"""So many blocks less than a peer says to have are no reason: they are on their way."""


class Reason(StrEnum):
    """Why a node is not ready."""

    STARTING = "starting"
    STOPPING = "stopping"
    DISK_FULL = "disk_full"
    STUCK = "stuck"
    SYNCING = "syncing"


REASONS = {
    Reason.STARTING: "the node has not started all of its parts yet",
    Reason.STOPPING: "the node was asked to stop",
    Reason.DISK_FULL: "little room is left on the disk; it goes on by itself when there is more",
    Reason.STUCK: "the chain does not get on, and will not by itself; the detail says why",
    Reason.SYNCING: f"it has no peers yet, or they say to have more than {BLOCKS_BEHIND} blocks more",
}
"""What they mean, for people."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a node is ready: without a reason it is. ``detail`` is for people."""

    reason: Reason | None = None
    detail: str = ""


def readiness(api: ApiParts) -> Readiness:
    """How ready the node is, the reason that explains most first."""
    phase = api.lifecycle.phase
    if phase is not Phase.RUNNING:
        reason = Reason.STARTING if phase is Phase.STARTING else Reason.STOPPING
        return Readiness(reason, REASONS[reason])
    report = None if api.storage is None else api.storage.report
    if report is not None and report.low:
        return Readiness(Reason.DISK_FULL, report.low)
    if api.network is None:
        return Readiness()
    status, height = api.network.status(), api.chain.best_height
    if status.stuck is not None:
        return Readiness(Reason.STUCK, status.stuck)
    if status.highest_block - height > BLOCKS_BEHIND:
        return Readiness(Reason.SYNCING, f"{status.doing}: block {height} of {status.highest_block}")
    if not (status.peer_count or api.chain.params.is_private):
        return Readiness(Reason.SYNCING, status.doing)
    return Readiness()


def answer(api: ApiParts, path: str) -> HttpResponse:
    """The answer at one of the paths of ``PROBES``."""
    if path == HEALTH_PATH:
        return _response(HTTPStatus.OK, {"status": "ok", "phase": api.lifecycle.phase.value})
    found = readiness(api)
    if found.reason is None:
        return _response(HTTPStatus.OK, {"status": "ready"})
    members: dict[str, JsonValue] = {"status": "not ready", "reason": found.reason.value, "detail": found.detail}
    return _response(HTTPStatus.SERVICE_UNAVAILABLE, members)


def _response(status: HTTPStatus, members: dict[str, JsonValue]) -> HttpResponse:
    """Never kept by whoever stands between."""
    return HttpResponse(status, gojson.dumps(members) + b"\n", headers=(("Cache-Control", "no-store"),))
