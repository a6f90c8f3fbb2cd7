"""The configuration of a node: frozen, by section, with paths resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from pybytomd.errors import ConfigError
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.ledger.networks.params import NetParams, net_params
from pybytomd.node.settings.api_address import HostPort
from pybytomd.node.settings.config_file import read_config_file
from pybytomd.node.settings.network import Network, defaults_of_kind, find_network
from pybytomd.node.settings.sources import Environment, Settings, gather
from pybytomd.node.settings.value_types import Value

DATABASE_BACKENDS = ("leveldb", "memdb")

LOG_FORMATS = ("text", "json")
LOG_TARGETS = ("files", "stdout", "both")

_Section = TypeVar("_Section")


@dataclass(frozen=True, slots=True)
class P2PSection:
    """``[p2p]``: peers. Timeouts in seconds."""

    laddr: str
    seeds: str
    pex: bool
    node_key: str
    node_key_file: str
    skip_upnp: bool
    lan_discoverable: bool
    max_num_peers: int
    handshake_timeout: int
    dial_timeout: int
    proxy_address: str
    proxy_username: str
    proxy_password: str
    keep_dial: str
    max_upload: int


@dataclass(frozen=True, slots=True)
class WalletSection:
    """``[wallet]``; ``max_tx_fee`` in neu."""

    disable: bool
    rescan: bool
    txindex: bool
    max_tx_fee: int


@dataclass(frozen=True, slots=True)
class LogSection:
    """``[log]``: form of the log, and where it goes. Not in the reference."""

    format: str
    to: str


@dataclass(frozen=True, slots=True)
class TraceSection:
    """``[trace]``: whether contracts are followed. Not in the reference."""

    enable: bool


@dataclass(frozen=True, slots=True)
class IndexSection:
    """``[index]``: whether there is an index of every address. Not in the reference."""

    enable: bool


@dataclass(frozen=True, slots=True)
class HooksSection:
    """``[hooks]``: who is told of events. Not in the reference."""

    file: str
    private_addresses: bool


@dataclass(frozen=True, slots=True)
class AuthSection:
    """``[auth]``: who may use the API."""

    disable: bool
    local: bool


@dataclass(frozen=True, slots=True)
class ApiSection:
    """``[api]``: encryption, and pages of other sites. Not in the reference."""

    tls_certificate: str
    tls_key: str
    origins: str


@dataclass(frozen=True, slots=True)
class DiskSection:
    """``[disk]``: the guard against a full disk; ``min_free`` in megabytes. Not in the reference."""

    min_free: int


@dataclass(frozen=True, slots=True)
class WebSection:
    """``[web]``: the page in the browser."""

    closed: bool


@dataclass(frozen=True, slots=True)
class SimdSection:
    """``[simd]``, accepted for the reference's sake."""

    enable: bool


@dataclass(frozen=True, slots=True)
class WebSocketSection:
    """``[ws]``: limits of WebSocket connections."""

    max_num_websockets: int
    max_num_concurrent_reqs: int


@dataclass(frozen=True, slots=True)
class BaseSection:
    """The top of the file."""

    chain_id: str
    api_addr: str
    moniker: str
    node_alias: str
    mining: bool
    vault_mode: bool
    log_level: str
    log_file: str
    prof_laddr: str
    db_backend: str
    db_dir: str
    keys_dir: str
    private_key_file: str
    federation: str


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a node that lives in ``home``. ``settings`` tells where they came from."""

    home: Path
    base: BaseSection
    p2p: P2PSection
    wallet: WalletSection
    auth: AuthSection
    api: ApiSection
    disk: DiskSection
    web: WebSection
    simd: SimdSection
    ws: WebSocketSection
    log: LogSection
    trace: TraceSection
    index: IndexSection
    hooks: HooksSection
    settings: Settings
    network: Network
    listen: str = ""
    """The API address of the variable LISTEN; it overrides ``api_addr``."""
    debug_fields: bool = False
    """Whether log records say where in the code they were made (BYTOM_DEBUG)."""

    @classmethod
    def load(cls, home: Path, flags: Mapping[str, Value], variables: Mapping[str, str]) -> Config:
        """The configuration of a home directory. ``variables`` is the environment. Raises ConfigError."""
        file = read_config_file(home)
        settings = gather(flags, Environment(variables), file)
        base = _section(BaseSection, "", settings)
        settings = settings.with_defaults(defaults_of_kind(home, base.chain_id, file))
        config = cls(
            home=home,
            base=base,
            p2p=_section(P2PSection, "p2p.", settings),
            wallet=_section(WalletSection, "wallet.", settings),
            auth=_section(AuthSection, "auth.", settings),
            api=_section(ApiSection, "api.", settings),
            disk=_section(DiskSection, "disk.", settings),
            web=_section(WebSection, "web.", settings),
            simd=_section(SimdSection, "simd.", settings),
            ws=_section(WebSocketSection, "ws.", settings),
            log=_section(LogSection, "log.", settings),
            trace=_section(TraceSection, "trace.", settings),
            index=_section(IndexSection, "index.", settings),
            hooks=_section(HooksSection, "hooks.", settings),
            settings=settings,
            network=find_network(home, base.chain_id, settings.origins.get("chain_id", ""), file),
            listen=variables.get("LISTEN", ""),
            debug_fields=bool(variables.get("BYTOM_DEBUG")),
        )
        config.check()
        return config

    def check(self) -> None:
        """Raise ConfigError for a value that is none of those allowed."""
        if self.base.db_backend not in DATABASE_BACKENDS:
            raise ConfigError(f"Param db_backend [{self.base.db_backend}] is invalid, use leveldb or memdb")
        for key, value, allowed in (
            ("log.format", self.log.format, LOG_FORMATS),
            ("log.to", self.log.to, LOG_TARGETS),
        ):
            if value not in allowed:
                raise ConfigError(f"{key} is {value}; use {' or '.join(allowed)}")

    @property
    def params(self) -> NetParams:
        """What makes the network differ, for one of 1.x. Raises ConfigError for others."""
        if self.network.kind is not ChainKind.BYTOM1:
            raise ConfigError(
                f"{self.home} is a home of {self.network.kind}, on {self.network.name}; this is there for homes "
                f"of {ChainKind.BYTOM1} only"
            )
        return net_params(self.network.chain_id)

    @property
    def db_directory(self) -> Path:
        """Where the databases are."""
        return self.home / self.base.db_dir

    @property
    def keys_directory(self) -> Path:
        """Where the key files are."""
        return self.home / self.base.keys_dir

    @property
    def log_directory(self) -> Path:
        """Where the logs are."""
        return self.home / self.base.log_file

    @property
    def node_key_path(self) -> Path:
        """The key file that is configured."""
        return self.home / self.p2p.node_key_file

    @property
    def validator_key_path(self) -> Path:
        """The key file of a node of Bytom 2."""
        return self.home / self.base.private_key_file

    @property
    def api_address(self) -> HostPort:
        """Where the API listens. Raises ConfigError."""
        if self.listen:
            return HostPort.parse(self.listen, "LISTEN")
        return HostPort.parse(self.base.api_addr, "api_addr")


def _section(kind: type[_Section], prefix: str, settings: Settings) -> _Section:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    values: dict[str, Any] = {name: settings.values[prefix + name] for name in names}
    return kind(**values)
