"""Transaction feeds. Source: rpc-and-cli reference, section 7.2; ``api/txfeeds.go``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.push.feeds import Feed, FeedStore
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Text
from pybytomd.rpc.schema.registry import method


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """The name of a feed, and the filter of its transactions."""

    alias: Text = ""
    filter: Text = ""


@dataclass(frozen=True, slots=True)
class FeedAliasRequest:
    """The name of a feed."""

    GO_TYPE: ClassVar[str] = 'struct { Alias string "json:\\"alias,omitempty\\"" }'
    alias: Text = ""


@dataclass(frozen=True, slots=True)
class FoundFeedReply:
    """A feed as it is stored."""

    txfeed: Mapping[str, object]


def _feeds(api: Api) -> FeedStore:
    if api.feeds is None:
        raise NotAvailable("this node keeps no transaction feeds")
    return api.feeds


@method("create-transaction-feed", role=Role.WALLET)
async def create_transaction_feed(api: Api, request: FeedRequest) -> None:
    """Store a feed."""
    await asyncio.to_thread(_feeds(api).create, request.alias, request.filter)


@method("get-transaction-feed", role=Role.READ, reads=True)
def get_transaction_feed(api: Api, request: FeedAliasRequest) -> FoundFeedReply:
    """A stored feed."""
    feed = _feeds(api).get(request.alias)
    return FoundFeedReply(feed if isinstance(feed, Mapping) else {})


@method("update-transaction-feed", role=Role.WALLET)
async def update_transaction_feed(api: Api, request: FeedRequest) -> None:
    """Store a feed in place of the one of this name, or as a new one. A filter that is none loses the old feed."""
    await asyncio.to_thread(_feeds(api).update, request.alias, request.filter)


@method("delete-transaction-feed", role=Role.WALLET)
async def delete_transaction_feed(api: Api, request: FeedAliasRequest) -> None:
    """Forget a feed. Quirk: one that does not exist is no error."""
    await asyncio.to_thread(_feeds(api).delete, request.alias)


@method("list-transaction-feeds", role=Role.READ, reads=True)
def list_transaction_feeds(api: Api) -> list[Feed]:
    """All feeds."""
    return _feeds(api).list()
