"""The settings of synchronising and of connections (``SyncConfig``), made from the node's configuration."""

from __future__ import annotations

from dataclasses import replace

from pybytomd.errors import ConfigError
from pybytomd.node.home.node_key import NodeKey, find_key
from pybytomd.node.settings.api_address import HostPort
from pybytomd.node.settings.config import Config
from pybytomd.p2p.identity import Ed25519Identity, Identity
from pybytomd.p2p.network_address import parse_list
from pybytomd.p2p.transport.dial import ProxySettings
from pybytomd.p2p.transport.listen import check_listen_address
from pybytomd.sync.config import SyncConfig

KILOBYTE = 1000
ADDRESS_BOOK = "addrbook.json"
"""In the home directory, as the reference's 1.0.5 called it: addresses of peers that answered."""


def sync_config(config: Config, key: NodeKey) -> SyncConfig:
    """What the synchronisation manager of 1.x is to do. Raises ConfigError."""
    return replace(network_settings(config, Ed25519Identity(key.private)), dns_seeds=config.params.dns_seeds)


def network_settings(config: Config, identity: Identity) -> SyncConfig:
    """What a synchronisation manager of either kind of chain is to do. Raises ConfigError."""
    p2p = config.p2p
    return SyncConfig(
        identity=identity,
        listen_address=p2p.laddr,
        moniker=config.base.moniker,
        node_alias=config.base.node_alias,
        seeds=tuple(parse_list(p2p.seeds)),
        keep_dial=tuple(parse_list(p2p.keep_dial)),
        max_upload=p2p.max_upload * KILOBYTE,
        max_peers=p2p.max_num_peers,
        handshake_timeout=p2p.handshake_timeout,
        dial_timeout=p2p.dial_timeout,
        proxy=_proxy(config),
        skip_upnp=p2p.skip_upnp,
        lan_discoverable=p2p.lan_discoverable,
        address_book=config.home / ADDRESS_BOOK,
    )


def check_peer_network(config: Config) -> None:
    """Raise ConfigError or ListenError for settings with which no node can be reached, or reach others."""
    find_key(config.home, config.node_key_path, config.p2p.node_key)
    if not config.base.vault_mode:
        check_listen_address(config.p2p.laddr)
        _proxy(config)


def _proxy(config: Config) -> ProxySettings | None:
    p2p = config.p2p
    if not p2p.proxy_address:
        return None
    if "@" in p2p.proxy_address:  # a password may stand before it, so the address is not shown
        raise ConfigError(
            "p2p.proxy_address names a user: it must be host:port alone, like 127.0.0.1:1086; the user goes into "
            "p2p.proxy_username, the password into p2p.proxy_password"
        )
    address = HostPort.parse(p2p.proxy_address, "p2p.proxy_address")
    if not address.host or not address.port:
        raise ConfigError(f"p2p.proxy_address is {p2p.proxy_address}: it must be host:port, like 127.0.0.1:1086")
    return ProxySettings(address.host, address.port, p2p.proxy_username, p2p.proxy_password)
