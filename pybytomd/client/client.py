"""The client that waits: every method of the API as a function."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pybytomd.client.asking import DEFAULT_RETRIES, DEFAULT_SECONDS
from pybytomd.client.event_stream import Event, EventStream, told_by_log
from pybytomd.client.http_client import ApiClient
from pybytomd.client.methods import Methods
from pybytomd.client.place import Place


class Client(Methods):
    """A node, asked from ordinary code: ``Client().get_block(block_height=0).hash``.

    ``url`` may hold user and password; ``token`` is an access token, ``name:secret``. What is not given is taken
    from ``BYTOM_URL``, ``BYTOM_ACCESS_TOKEN`` and ``BYTOM_CACERT``, and then from the cookie of the node that runs
    in ``home``, as pybytomcli does it. Nothing from the node for ``seconds`` is no answer. A request that can do
    no harm twice is sent again up to ``retries`` times, see ``asking``.

    Methods raise Refused for what the node refuses, NoAnswer in the kinds of ``errors`` when there is no answer,
    and OddAnswer for one that is not understood. It may be used from several threads.
    """

    def __init__(
        self, url: str = "", token: str = "", *, home: str = "", cacert: str = "",
        seconds: float = DEFAULT_SECONDS, retries: int = DEFAULT_RETRIES,
    ) -> None:  # fmt: skip
        self._find = partial(Place.of, url, token, home=home, cacert=cacert)
        self._http = ApiClient(self._find, seconds=seconds)
        self._retries = retries

    @property
    def url(self) -> str:
        """Where the node answers. Raises ConfigError."""
        return self._http.url

    def call(self, method: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """The data of an answer as it came, also of a method that is not known here."""
        return self._ask(method, arguments or {}, object)

    def events(
        self, topic: str, filter: Mapping[str, Any] | None = None, *,  # noqa: A002 - as the protocol calls it
        from_height: int | None = None, cursor: str = "",
    ) -> Iterator[Event]:  # fmt: skip
        """What happens, as it happens; see ``AsyncClient.events``. Not inside of a running event loop."""
        with asyncio.Runner() as runner:
            stream = EventStream(
                self._find, topic, filter, say=told_by_log, from_height=from_height, cursor=cursor
            ).events()
            try:
                while True:
                    try:
                        yield runner.run(anext(stream))
                    except StopAsyncIteration:
                        return
            finally:
                runner.run(stream.aclose())

    def _send(self, method: str, body: bytes) -> bytes:
        return self._http.post(f"/{method}", body)
