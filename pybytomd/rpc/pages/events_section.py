"""The part of the page about the API that explains subscriptions: topics, their filters, and the events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from pybytomd.rpc.hooks.delivery import SIGNATURE, TIMESTAMP
from pybytomd.rpc.push.events import tellers
from pybytomd.rpc.push.events.subscriber import ENDED, ERROR, MAX_SUBSCRIPTIONS, SUBSCRIBED, UNSUBSCRIBED
from pybytomd.rpc.push.events.subscription import CAUGHT_UP, REORGANISATION
from pybytomd.rpc.push.events.topics import NEW_WORK, TOPICS, Topic
from pybytomd.rpc.schema.requests import fields_of

EVENTS: Mapping[str, str] = {
    SUBSCRIBED: "the answer to subscribe: the block after which it begins",
    UNSUBSCRIBED: "the answer to unsubscribe",
    ERROR: "the answer to what cannot be done; error says why",
    ENDED: "there will be nothing more; error says why if it should not be so",
    CAUGHT_UP: "the blocks up to the best one are told, and what waits in the pool; not without a replay",
    REORGANISATION: "blocks leave the main chain down to the one in data: depth, fork_height, fork_hash. They "
    "follow, the newest first, then those that take their place",
    tellers.BLOCK_CONNECTED: "a block joined the main chain; data is what get-block gives, or a summary",
    tellers.BLOCK_DISCONNECTED: "a block left the main chain; data is a summary",
    tellers.ADDED: "a transaction waits in the pool; data is what list-transactions gives, and confirmations",
    tellers.DROPPED: "a transaction left the pool and is in no block",
    tellers.CONNECTED: "a transaction is in a block of the main chain",
    tellers.DISCONNECTED: "the block of a transaction left the main chain; it waits again only if that is told",
    tellers.CONFIRMATION: "one more confirmation; data has confirmations, required, is_final and block_height",
    NEW_WORK: "other work than before; data has work_id, block_header and seed, as get-work gives them",
}
"""What is told, and when."""

_SUBSCRIBE = {"action": "subscribe", "id": "mine", "topic": "address_transactions",
              "filter": {"address": "sm1q.."}, "from_height": 1200}  # fmt: skip
_EVENT = {"event": tellers.CONNECTED, "id": "mine", "topic": "address_transactions", "height": 1203,
          "block_hash": "5e..", "cursor": "1203-5e..", "data": {"tx_id": "..", "confirmations": 3}}  # fmt: skip


def render() -> str:
    """The HTML."""
    return f"""
<h2>Events</h2>
<p>On the same WebSocket a message with an <code>action</code> subscribes to a topic, or ends that. <code>id</code>
is the client's own name for the subscription, of which a connection may have {MAX_SUBSCRIPTIONS}:</p>
<pre>{escape(json.dumps(_SUBSCRIBE, indent=2))}</pre>
<pre>{escape(json.dumps({"action": "unsubscribe", "id": "mine"}))}</pre>
<p>Events come in order, each for one subscription:</p>
<pre>{escape(json.dumps(_EVENT, indent=2))}</pre>
<p><code>from_height</code> replays the chain from that block on. So that nothing is missed when a connection
ends, subscribe again with the <code>cursor</code> of the last event that was dealt with: what follows it is told,
also when its block has left the main chain. The last events before an interruption may come twice. Without either,
events begin with the next block. Who does not read for a minute is disconnected, with the reason.</p>
<p>Webhooks (<code>create-webhook</code>) are told the same by a POST of <code>{{"hook", "delivery",
"events"}}</code>, each event with a <code>sequence</code>: in order, one post at a time, each again after
growing pauses until the answer is one of 200 to 299. An event may come twice, with the same
<code>sequence</code>. <code>{SIGNATURE}</code> is <code>sha256=</code> and, in hex, the HMAC-SHA256 by the
hook's secret of <code>{TIMESTAMP}</code> (Unix seconds), a dot, and the body. Programs of the file
<code>hooks.toml</code> read the events, one a line.</p>
<table>
<tr><td>topic</td><td>filter</td><td>role</td><td></td></tr>
{"".join(_topic(topic) for topic in TOPICS.values())}</table>
<table>
<tr><td>event</td><td></td></tr>
{"".join(_row(name, text) for name, text in EVENTS.items())}</table>
"""


def _row(name: str, text: str) -> str:
    return f"<tr><td><code>{escape(name)}</code></td><td>{escape(text)}</td></tr>\n"


def _topic(topic: Topic) -> str:
    names = "".join(f"<code>{escape(name)}</code> " for name, _ in fields_of(topic.filter))
    about = f"{topic.about}. {(topic.filter.__doc__ or '').strip()}"
    return (
        f"<tr><td><code>{escape(topic.name)}</code></td><td>{names}</td><td>{escape(topic.role)}</td>"
        f"<td>{escape(about)}</td></tr>\n"
    )
