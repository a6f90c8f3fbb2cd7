"""The miner process: get-work and submit-work over HTTP. What to do with the work is ``mining.remote``'s matter.

Source: chain-and-storage reference, section 10.5.
"""

from __future__ import annotations

import base64
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from pybytomd.cli.interruption import until_interrupted
from pybytomd.client.place import DEFAULT_URL, TOKEN_VARIABLE, URL_VARIABLE, Place
from pybytomd.clock import Clock, SystemClock
from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.hextext import text_bytes
from pybytomd.errors import BytomError, ConfigError, DecodeError
from pybytomd.ledger.block import BlockHeader
from pybytomd.mining.remote import RemoteMiner, SourceAway
from pybytomd.mining.search import NonceSearch, Work

TIMEOUT_SECONDS = 30.0
MAX_ANSWER = 1 << 20
MAX_THREADS = 1024
WITHOUT_METHOD = (404, 500)
"""What nodes answer who do not know a method: the reference 500, with the text ``not Found``."""


class Refused(BytomError):
    """The node answered with an error."""


class NoHelp(SourceAway):
    """The node answers with an HTTP error."""

    status = 0

    @classmethod
    def of(cls, text: str, status: int) -> NoHelp:
        """The error for a status."""
        error = cls(text)
        error.status = status
        return error


class HttpWorkSource:
    """A node behind its API: a ``WorkSource``."""

    def __init__(self, url: str, token: str = "", find: Callable[[], Place] | None = None) -> None:
        """``token`` is ``id:secret``, empty for none. With ``find`` the place is looked for at every request.

        A node on this machine may have been started anew, with another cookie. Raises ConfigError.
        """
        if not url.startswith(("http://", "https://")):
            raise ConfigError(f"BYTOM_URL is {url}: it must begin with http:// or https://")
        try:
            parts = urlsplit(url)
            is_whole = bool(parts.hostname) and parts.port != 0 and url.isprintable()
        except ValueError:
            is_whole = False
        if not is_whole:
            raise ConfigError(f"BYTOM_URL is {quote(url)}: it must be an address like {DEFAULT_URL}")
        credentials = f"Basic {base64.b64encode(text_bytes(token)).decode('ascii')}" if token else ""
        place = Place(url, credentials)
        self._find: Callable[[], Place] = find or (lambda: place)
        self._url = url.rstrip("/")

    def get_work(self) -> Work:
        """See ``WorkSource``."""
        return self._work(self._call("get-work", {}))

    def wait_work(self, known: str, seconds: float) -> Work | None:
        """See ``WorkSource``. A node of the reference has no such method, and fails."""
        try:
            return self._work(self._call("wait-work", {"work_id": known, "seconds": int(seconds)}))
        except NoHelp as error:
            if error.status in WITHOUT_METHOD:
                return None
            raise

    def _work(self, data: Any) -> Work:
        try:
            return Work(BlockHeader.from_hex(data["block_header"]), bytes.fromhex(data["seed"]))
        except (DecodeError, LookupError, TypeError, ValueError) as error:
            raise SourceAway(f"{self._url} gave work that cannot be read: {error}") from error

    def submit_work(self, header: BlockHeader) -> None:
        """See ``WorkSource``."""
        self._call("submit-work", {"block_header": header.to_hex()})

    def reward(self, height: int) -> int:
        """See ``WorkSource``."""
        data = self._call("get-block-header", {"block_height": height})
        reward = data.get("reward", 0) if isinstance(data, dict) else 0
        return reward if isinstance(reward, int) else 0

    def _call(self, method: str, arguments: Mapping[str, object]) -> Any:
        try:
            place = self._find()
            context = place.tls()
        except ConfigError as error:
            raise SourceAway(str(error)) from error
        self._url = place.url.rstrip("/")
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked, or is a node's own
            f"{self._url}/{method}", json.dumps(arguments).encode(), {"Content-Type": "application/json"}
        )
        if place.authorization:
            request.add_unredirected_header("Authorization", place.authorization)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=context) as response:  # noqa: S310
                answer = json.loads(response.read(MAX_ANSWER))
        except urllib.error.HTTPError as error:
            text = f"{self._url} answers {error.code} {error.reason}{_hint(error.code)}"
            raise NoHelp.of(text, error.code) from error
        except (OSError, ValueError, RecursionError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise SourceAway(f"Unable to connect to the bytomd at {self._url}: {reason}") from error
        if not isinstance(answer, dict) or answer.get("status") != "success":
            detail = answer.get("error_detail") or answer.get("msg") if isinstance(answer, dict) else answer
            raise Refused(str(detail))
        return answer.get("data")


def _hint(status: int) -> str:
    unauthorized = 401
    return "; set BYTOM_ACCESS_TOKEN to an access token of that node" if status == unauthorized else ""


def run_miner(threads: int, variables: Mapping[str, str]) -> None:
    """Mine until Ctrl-C. ``variables`` is the environment. Raises ConfigError."""
    if not 0 < threads <= MAX_THREADS:
        raise ConfigError(f"--threads is {threads}, allowed is 1 to {MAX_THREADS}")
    url, token = variables.get(URL_VARIABLE, ""), variables.get(TOKEN_VARIABLE, "").strip()
    source = HttpWorkSource(url or DEFAULT_URL, token, lambda: Place.of(url, token))
    clock = SystemClock()

    def log(text: str) -> None:
        sys.stdout.write(f"{_moment(clock)} {text}\n")
        sys.stdout.flush()

    with NonceSearch(threads, low_priority=True) as search:
        miner = RemoteMiner(source, search, clock, log)
        with until_interrupted(miner.stop):
            miner.run()
    log("stopped")


def _moment(clock: Clock) -> str:
    """The time as the reference's miner writes it."""
    return f"{datetime.fromtimestamp(clock.now()).astimezone():%Y/%m/%d %H:%M:%S}"
