"""Who may use the API, and with what certificate it answers, made from the node's configuration."""

from __future__ import annotations

from pybytomd.errors import ConfigError, DecodeError
from pybytomd.node.settings.config import Config
from pybytomd.rpc.access.check import AccessRules
from pybytomd.rpc.cors import parse_origins
from pybytomd.rpc.transport.tls import ServerCertificate


def access_rules(config: Config, cookie: str) -> AccessRules:
    """The rules; ``cookie`` is the secret of the node's user. Raises ConfigError."""
    if config.auth.disable and config.auth.local:
        raise ConfigError("auth.disable asks nobody for a token, and auth.local everybody: leave out one of them")
    try:
        origins = parse_origins(config.api.origins)
    except DecodeError as error:
        raise ConfigError(f"api.origins: {error}") from error
    return AccessRules(config.auth.disable, config.auth.local, cookie, origins)


def server_certificate(config: Config) -> ServerCertificate | None:
    """The certificate; None if the API is to speak plain http. Raises ConfigError."""
    certificate, key = config.api.tls_certificate, config.api.tls_key
    if not certificate and not key:
        return None
    if not certificate or not key:
        missing = "api.tls_key" if certificate else "api.tls_certificate"
        raise ConfigError(f"TLS takes a certificate and its key: {missing} is not set")
    return ServerCertificate(config.home / certificate, config.home / key)
