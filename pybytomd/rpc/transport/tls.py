"""TLS of the API: a certificate and its key in two files, read again when they change."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from pybytomd.errors import ConfigError

logger = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
"""How often the files are looked at: what renews certificates replaces them long before they end."""


class ServerCertificate:
    """A certificate with those that it depends on, and its key, both PEM. Raises ConfigError if they are not."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self._seen = self._state()
        self.context = self._loaded()
        """What connections are made with: TLS 1.2 or later, clients without certificates."""

    def read_again(self) -> None:
        """Use what is in the files from the next connection on, if they have changed and belong together."""
        state = self._state()
        if state == self._seen:
            return
        self._seen = state
        try:
            self._loaded()  # else a key that does not belong to it would stay in the one that is in use
            self.context.load_cert_chain(self._certificate, self._key, _no_password)
        except (ConfigError, OSError) as error:
            logger.warning("the former certificate of the API goes on being used: %s", error)
        else:
            logger.info("the certificate of the API was read again", extra={"file": str(self._certificate)})

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        for path in (self._certificate, self._key):
            try:
                path.open("rb").close()
            except OSError as error:
                raise ConfigError(f"cannot read {path} for TLS: {error.strerror}") from error
        try:
            context.load_cert_chain(self._certificate, self._key, _no_password)
        except (ssl.SSLError, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise ConfigError(
                f"{self._certificate} and {self._key} are no certificate with its key, in PEM and without a "
                f"password: {reason}"
            ) from error
        return context

    def _state(self) -> tuple[tuple[int, int, int], ...]:
        """What changes when a file is replaced or written to; nothing for one that is not there."""
        found = []
        for path in (self._certificate, self._key):
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        return tuple(found)


def _no_password() -> str:
    """A key with a password would be asked for on the terminal."""
    return ""
