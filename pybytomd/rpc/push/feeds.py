"""Transaction feeds in txfeeds.db: stored, listed, and, as in the reference, never matched against anything.

Source: rpc-and-cli reference, section 7.2; ``blockchain/txfeed/txfeed.go``.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field, replace

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError, RequestError, StoreError
from pybytomd.rpc.push.feed_filter import check_filter
from pybytomd.rpc.schema.replies import OMIT_EMPTY, to_json
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.remedies import remedy_for

MAX_FEEDS = 1024
_DECIMAL = re.compile(r"[+-]?[0-9]{1,19}")
UINT64_SIZE, MAX_INT64, MIN_INT64 = 1 << 64, (1 << 63) - 1, -(1 << 63)


class EmptyAlias(RequestError):
    """A feed has a name."""

    message = "empty feed alias"


class DuplicateAlias(RequestError):
    """Another feed has this name."""

    message = "duplicate feed alias"


class TooManyFeeds(RequestError):
    """There are as many feeds as there may be."""

    message = "txfeed exceed limit"


class NoSuchFeed(RequestError):
    """No feed has this name."""

    message = "No transaction feed"


@dataclass(frozen=True, slots=True)
class FeedParameters:
    """What the reference makes of a filter by looking for words in it."""

    assetid: str = field(default="", metadata=OMIT_EMPTY)
    lowerlimit: int = field(default=0, metadata=OMIT_EMPTY)
    upperlimit: int = field(default=0, metadata=OMIT_EMPTY)
    transtype: str = field(default="", metadata=OMIT_EMPTY)

    @classmethod
    def of(cls, text: str) -> FeedParameters:
        """Quirk: the filter is cut at every ``AND``, also inside words, and all after the first ``=`` counts."""
        found = cls()
        for piece in text.split("AND"):
            value = piece.partition("=")[2].replace("'", "").replace(" ", "")
            if not value:
                continue
            if "asset_id" in piece:
                found = replace(found, assetid=value)
            if "amount_lower_limit" in piece:
                found = replace(found, lowerlimit=_limit(value))
            if "amount_upper_limit" in piece:
                found = replace(found, upperlimit=_limit(value))
            if "trans_type" in piece:
                found = replace(found, transtype=value)
        return found


def _limit(text: str) -> int:
    """A decimal number as the reference reads it: what is none is 0, what is too large the largest."""
    if re.fullmatch(r"[+-]?[0-9]+", text) is None:
        return 0
    if _DECIMAL.fullmatch(text) is None:
        return MIN_INT64 % UINT64_SIZE if text.startswith("-") else MAX_INT64
    return max(MIN_INT64, min(MAX_INT64, int(text))) % UINT64_SIZE


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it is stored and listed."""

    id: str = field(default="", metadata=OMIT_EMPTY)
    alias: str = ""
    filter: str = field(default="", metadata=OMIT_EMPTY)
    param: FeedParameters = FeedParameters()


class FeedStore:
    """The feeds in txfeeds.db: the key is the JSON text of the alias, quotes included.

    Safe to use from several threads. What was made or deleted is on the disk before anybody is told.
    """

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._lock = threading.RLock()
        self._count = sum(1 for _ in database.iterate())

    def create(self, alias: str, text: str) -> None:
        """Store a feed. Raises FilterError, EmptyAlias, TooManyFeeds or DuplicateAlias."""
        check_filter(text)
        if not alias:
            raise EmptyAlias.because("a transaction feed with empty alias")
        key = gojson.dumps(alias)
        with self._lock:
            if self._count >= MAX_FEEDS:
                raise TooManyFeeds.because("txfeed number exceed limit")
            if self._database.get(key) is not None:
                raise DuplicateAlias.because("txfeed alias must unique")
            feed = Feed(alias=alias, filter=text, param=FeedParameters.of(text))
            self._database.put(key, gojson.dumps(to_json(feed)))
            self._count += 1
        self._database.sync()

    def update(self, alias: str, text: str) -> None:
        """Store a feed in place of the one of this name, if there is one. Raises as ``create`` does.

        Quirk: a filter that is none loses the old feed.
        """
        with self._lock:
            self.delete(alias)
            self.create(alias, text)

    def delete(self, alias: str) -> None:
        """Forget a feed; nothing happens if there is none. Raises EmptyAlias."""
        if not alias:
            raise EmptyAlias.because("del transaction feed with empty alias")
        key = gojson.dumps(alias)
        with self._lock:
            if self._database.get(key) is None:
                return
            self._database.delete(key)
            self._count -= 1
        self._database.sync()

    def get(self, alias: str) -> JsonValue:
        """A stored feed with its keys sorted. Raises NoSuchFeed."""
        data = self._database.get(gojson.dumps(alias))
        if data is None:
            raise NoSuchFeed
        try:
            return gojson.sort_keys(gojson.loads_float64(data))
        except DecodeError as error:
            raise _damaged(error) from error

    def list(self) -> list[Feed]:
        """All feeds, by key.

        Quirk: what a feed leaves out shows as in the one before it; the reference reads all into the same struct.
        """
        feeds = []
        feed = Feed()
        for _, data in self._database.iterate():
            try:
                feed = _read_over(feed, gojson.loads(data))
            except DecodeError as error:
                raise _damaged(error) from error
            feeds.append(feed)
        return feeds


def _read_over(feed: Feed, value: JsonValue) -> Feed:
    fields = Fields(value, "TxFeed", go_type="txfeed.TxFeed")
    param = fields.inner("param", "filter")
    return Feed(
        id=fields.text("id") if fields.value("id") is not None else feed.id,
        alias=fields.text("alias") if fields.value("alias") is not None else feed.alias,
        filter=fields.text("filter") if fields.value("filter") is not None else feed.filter,
        param=FeedParameters(
            assetid=param.text("assetid") or feed.param.assetid,
            lowerlimit=param.integer("lowerlimit", "uint64") or feed.param.lowerlimit,
            upperlimit=param.integer("upperlimit", "uint64") or feed.param.upperlimit,
            transtype=param.text("transtype") or feed.param.transtype,
        ),
    )


def _damaged(error: DecodeError) -> StoreError:
    return StoreError(f"txfeeds.db is damaged: {error}; {remedy_for('txfeeds')}")
