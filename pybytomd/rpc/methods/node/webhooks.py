"""Webhooks: events that are posted to a URL. Not in the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.hooks.hook import Hook, new_secret
from pybytomd.rpc.hooks.runner import HookRunner
from pybytomd.rpc.hooks.service import HookService
from pybytomd.rpc.push.events.subscription import Cursor
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Int64, JsonObject, Text
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.rpc.schema.replies import OMIT_EMPTY

FROM_NOW_ON = -1


@dataclass(frozen=True, slots=True)
class CreateWebhookRequest:
    """A webhook: its name, where to post, what to tell, and from which block on, -1 for the next one.

    ``topic`` and ``filter`` are those of subscriptions. Without a ``secret`` one is made.
    """

    name: Text = ""
    url: Text = ""
    topic: Text = ""
    filter: JsonObject = None
    secret: Text = ""
    from_height: Int64 = FROM_NOW_ON


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A webhook by its name."""

    name: Text = ""


@dataclass(frozen=True, slots=True)
class CreatedWebhookReply:
    """A new webhook. The secret, by which a receiver checks the signatures, is not shown again."""

    name: str
    url: str
    topic: str
    filter: Mapping[str, object]
    secret: str


@dataclass(frozen=True, slots=True)
class HookReply:
    """A hook, and how it goes with it.

    ``url`` or, for one of the configuration, ``program`` is told. ``height`` is that of the last block that was
    told in full, ``delivered_events`` how many events were taken, ``delivered_at`` when last (Unix seconds, 0 for
    never). After ``failures`` in a row, the last for the reason in ``failure``, it is tried again at ``next_try``.
    ``is_over`` says that there is nothing more to tell.
    """

    name: str
    topic: str
    filter: Mapping[str, object]
    url: str = field(metadata=OMIT_EMPTY)
    program: str = field(metadata=OMIT_EMPTY)
    is_configured: bool
    created_at: int
    height: int
    delivered_events: int
    delivered_at: int
    failures: int
    failure: str
    next_try: int
    is_over: bool

    @classmethod
    def of(cls, runner: HookRunner) -> HookReply:
        """What is shown of a hook."""
        hook, health, progress = runner.hook, runner.health, runner.progress
        return cls(
            name=hook.name,
            topic=hook.topic,
            filter=_members(hook),
            url=hook.url,
            program=hook.program[0] if hook.program else "",
            is_configured=hook.is_configured,
            created_at=hook.created,
            height=Cursor.parse(progress.cursor).position.height if progress.cursor else 0,
            delivered_events=progress.sequence,
            delivered_at=health.delivered_at,
            failures=health.failures,
            failure=health.failure,
            next_try=health.next_try,
            is_over=health.is_over,
        )


def _members(hook: Hook) -> Mapping[str, object]:
    return hook.wanted if isinstance(hook.wanted, Mapping) else {}


def _hooks(api: ApiParts) -> HookService:
    if api.hooks is None:
        raise NotAvailable("this node has no webhooks")
    return api.hooks


@method("create-webhook", role=Role.ADMIN, in_reference=False, kinds=BOTH)
async def create_webhook(api: ApiParts, request: CreateWebhookRequest) -> CreatedWebhookReply:
    """Have events posted to a URL: signed, in order, and again until they are taken."""
    hook = Hook(
        name=request.name,
        topic=request.topic,
        wanted=dict(request.filter or {}),
        url=request.url,
        secret=request.secret or new_secret(),
        created=max(1, int(api.clock.now())),
    )
    await _hooks(api).create(hook, None if request.from_height == FROM_NOW_ON else request.from_height)
    return CreatedWebhookReply(hook.name, hook.url, hook.topic, _members(hook), hook.secret)


@method("list-webhooks", role=Role.ADMIN, in_reference=False, kinds=BOTH, reads=True)
def list_webhooks(api: ApiParts) -> list[HookReply]:
    """All webhooks, and the hooks of the configuration, with how far they are and why one fails."""
    return [HookReply.of(runner) for runner in _hooks(api).runners()]


@method("delete-webhook", role=Role.ADMIN, in_reference=False, kinds=BOTH)
async def delete_webhook(api: ApiParts, request: WebhookRequest) -> None:
    """Post to a webhook no more, and forget it. Those of the configuration are removed there."""
    await _hooks(api).remove(request.name)


@method("test-webhook", role=Role.ADMIN, in_reference=False, kinds=BOTH)
async def test_webhook(api: ApiParts, request: WebhookRequest) -> None:
    """Deliver an event that says that it is a test, once, and tell why it was not taken."""
    await _hooks(api).test(request.name)
