"""The parameters of a network of Bytom 2, with the validators that begin a private one."""

from __future__ import annotations

from dataclasses import replace

from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.ledger.bytom2.params import NetParams, net_params
from pybytomd.node.settings.config import Config

MAX_FEDERATION = 10
"""As many validators as an epoch has at most."""


def bytom2_params(config: Config, own_key: XPub) -> NetParams:
    """What makes the network of a home of Bytom 2 differ. Raises ConfigError.

    The federation of a private one is what the configuration says, or, as in the reference, the node's own key.
    """
    params = net_params(config.network.name)
    given = [text.strip() for text in config.base.federation.split(",") if text.strip()]
    if not params.is_private:
        if given:
            raise ConfigError(f"federation is set, but {params.option} has validators of its own; leave it out")
        return params
    keys = [_key(text) for text in given] or [own_key.raw]
    if len(set(keys)) < len(keys) or len(keys) > MAX_FEDERATION:
        raise ConfigError(f"federation has {len(keys)} keys: it must be at most {MAX_FEDERATION}, each once")
    return replace(params, casper=replace(params.casper, federation=tuple(keys)))


def _key(text: str) -> bytes:
    try:
        return XPub.from_hex(text).raw
    except DecodeError as error:
        raise ConfigError(
            f"federation has {text[:140]}: {error}; what is asked for are the 128 hex digits that init shows as "
            "the node id"
        ) from error
