"""Every setting of the node: one row an option.

Flags, help, environment names, the example file and the checks come from here.

Source: rpc-and-cli reference, sections 1.3 and 1.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pybytomd.node.settings.value_types import Kind, Value

ENVIRONMENT_PREFIX = "TM_"


def environment_name(key: str) -> str:
    """The variable that sets what a flag or a key of the file sets."""
    return ENVIRONMENT_PREFIX + key.upper().replace(".", "_").replace("-", "_")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting.

    ``key`` is its name in the configuration file, with the section in front, and that of its flag if it is a
    ``flag``; help passes over a ``hidden`` one. ``note`` explains it in the example file. ``inert`` says why it
    has no effect, empty when it has.
    """

    key: str
    kind: Kind
    default: Value
    help: str
    note: str = ""
    flag: bool = True
    hidden: bool = False
    secret: bool = False
    minimum: int | None = None
    maximum: int | None = None
    inert: str = ""

    @property
    def section(self) -> str:
        """The table of the file it stands in, empty for the top."""
        return self.key.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The key inside its section."""
        return self.key.rpartition(".")[2]

    @property
    def environment(self) -> str:
        """The variable that sets it."""
        return environment_name(self.key)


_PORT_NOTE = "in the form tcp://host:port; 0.0.0.0 listens on every interface, port 0 takes any free port"
_HOUR = 3600

OPTIONS: tuple[Option, ...] = (
    # the node
    Option("chain_id", Kind.TEXT, "solonet", "Select network type",
           note="one of mainnet, testnet (also called wisdom), solonet, a private network of one's own, and dev, "
           "the chain without proof of work of pybytomd dev; or for Bytom 2, the chain of validators, bytom2, "
           "bytom2-testnet, bytom2-solonet, and bytom2-dev, which pybytomd dev --bytom2 runs"),
    Option("api_addr", Kind.TEXT, "127.0.0.1:9888", "Address of the HTTP API", flag=False,
           note="in the form host:port; the variable LISTEN overrides it. From other machines than this one "
           "access tokens are asked for"),
    Option("moniker", Kind.TEXT, "anonymous", "Name of the node among its peers", flag=False,
           note="anybody may see it, and it need not be unique"),
    Option("node_alias", Kind.TEXT, "", "Second name of the node among its peers", flag=False),
    Option("mining", Kind.SWITCH, False, "Enable mining",
           note="needs a wallet account to pay the reward to, but on solonet"),
    Option("vault_mode", Kind.SWITCH, False, "Run in the offline environment",
           note="no peers at all: for a machine that only keeps keys and signs"),
    Option("log_level", Kind.TEXT, "info", "Select log level(debug, info, warn, error or fatal)"),
    Option("log_file", Kind.TEXT, "log", "Log output file",
           note="a directory: one file a module and day, kept for seven days, 512 MB of them at most"),
    Option("prof_laddr", Kind.TEXT, "", "Use http to profile bytomd programs",
           inert="it serves pages of Go's profiler, which this program does not have"),
    Option("db_backend", Kind.TEXT, "leveldb", "Database", flag=False,
           note="either leveldb, or memdb: everything in memory and gone at the end"),
    Option("db_dir", Kind.TEXT, "data", "Directory of the databases", flag=False),
    Option("keys_dir", Kind.TEXT, "keystore", "Directory of the encrypted key files", flag=False),
    Option("private_key_file", Kind.TEXT, "node_key.txt", "File with the key of a node of Bytom 2", flag=False,
           note="128 hex digits of an extended private key; it signs blocks, checkpoints and connections. Nodes "
           "of 1.x have p2p.node_key_file instead"),
    Option("federation", Kind.TEXT, "", "Validators of bytom2-solonet before votes elect others", flag=False,
           note="their extended public keys, 128 hex digits each, separated by ','; empty is this node alone. All "
           "nodes of one network need the same, in the same order. bytomd 2.0.7 takes no other than its own key "
           "there, which it tells as node_xpub of net-info: in a network with such a node it is the one to name"),
    # peers
    Option("p2p.laddr", Kind.TEXT, "tcp://0.0.0.0:46658",
           "Node listen address. (0.0.0.0:0 means any interface, any port)", note=_PORT_NOTE),
    Option("p2p.seeds", Kind.TEXT, "", "Comma delimited host:port seed nodes",
           note="nodes to call first, who know of others; pybytomd init writes those of the network"),
    Option("p2p.pex", Kind.SWITCH, True, "Enable Peer-Exchange", hidden=True,
           inert="of bytomd 1.0.5; peers are found the way of 1.1.1, which has no such setting"),
    Option("p2p.node_key", Kind.TEXT, "", "Node key for p2p communication", secret=True,
           note="128 hex digits; better left empty: the key file is used"),
    Option("p2p.node_key_file", Kind.TEXT, "nodekey", "File with the node key", flag=False,
           note="with the default, node_key.json is used where there is one"),
    Option("p2p.skip_upnp", Kind.SWITCH, False, "Skip UPNP configuration",
           note="do not ask the router to open the port"),
    Option("p2p.lan_discoverable", Kind.SWITCH, True, "Whether the node can be discovered by nodes in the LAN",
           note="by mDNS"),
    Option("p2p.max_num_peers", Kind.INTEGER, 50, "Set max num peers",
           note="of both kinds, those that call and those that are called; on Bytom 2 it is 20 unless it is set",
           minimum=0, maximum=10_000),
    Option("p2p.handshake_timeout", Kind.INTEGER, 30, "Set handshake timeout",
           note="in seconds; a connection that is not set up by then is dropped", minimum=1, maximum=_HOUR),
    Option("p2p.dial_timeout", Kind.INTEGER, 3, "Set dial timeout",
           note="in seconds; an address that has not answered by then is tried again later",
           minimum=1, maximum=_HOUR),
    Option("p2p.proxy_address", Kind.TEXT, "", "Connect via SOCKS5 proxy (eg. 127.0.0.1:1086)",
           note="peers are called through it; empty calls them directly"),
    Option("p2p.proxy_username", Kind.TEXT, "", "Username for proxy server"),
    Option("p2p.proxy_password", Kind.TEXT, "", "Password for proxy server", secret=True),
    Option("p2p.max_upload", Kind.INTEGER, 0, "Kilobytes a second sent to all peers together",
           note="a kilobyte being 1,000 bytes; 0 for no limit", minimum=0, maximum=10_000_000),
    Option("p2p.keep_dial", Kind.TEXT, "", "Peers addresses try keeping connecting to, separated by ',' "
           '(for example "1.1.1.1:46657,2.2.2.2:46658")', note="they are called again whenever they are gone"),
    # the wallet
    Option("wallet.disable", Kind.SWITCH, False, "Disable wallet",
           note="without keys, accounts and mining rewards, for a node that only follows the chain"),
    Option("wallet.rescan", Kind.SWITCH, False, "Rescan wallet",
           note="read the whole chain again for the wallet, once, at the next start"),
    Option("wallet.txindex", Kind.SWITCH, False, "Save global tx index",
           note="keep every transaction, not only those of the wallet's accounts"),
    Option("wallet.max_tx_fee", Kind.UNSIGNED, 1_000_000_000, "Highest fee of a transaction", flag=False,
           note="in neu, of which 100,000,000 are one BTM; a transaction that pays more is taken for "
           "a mistake and refused"),
    # the rest
    Option("log.format", Kind.TEXT, "text", "Form of log records: text or json",
           note="text as the reference writes it; json is an object a line, for programs"),
    Option("log.to", Kind.TEXT, "files", "Where logs go: files, stdout or both",
           note="files are those in log_file; with stdout or both the lines for people go to standard error"),
    Option("trace.enable", Kind.SWITCH, True, "Follow contracts over the chain", flag=False,
           note="for the API methods about contract instances; keeps a database of its own, trace.db"),
    Option("index.enable", Kind.SWITCH, False, "Keep an index of every address, transaction and asset",
           note="for the API methods about any of them, also without a wallet; keeps a database of its own, "
           "index.db, about as large as that of the chain, which is read from the first block at first"),
    Option("hooks.file", Kind.TEXT, "hooks.toml", "File with hooks, who are told of events", flag=False,
           note="programs, and URLs that are posted to, as the README says; in the home directory, and read "
           "at the start"),
    Option("hooks.private_addresses", Kind.SWITCH, False, "Let webhooks of the API post to private addresses",
           flag=False, note="to this machine and its network; those of the file may in any case"),
    Option("auth.disable", Kind.SWITCH, False, "Disable rpc access authenticate",
           note="everybody who reaches the API may then use it, keys included"),
    Option("auth.local", Kind.SWITCH, False, "Ask for credentials from this machine, too",
           note="an access token, or the cookie of the home directory, which pybytomcli of the same user finds "
           "by itself; when this is off every user and program of this machine may do everything"),
    Option("api.tls_certificate", Kind.TEXT, "", "File with the certificate of the API, in PEM",
           note="with it and its key the API speaks https, and nothing else; certificates that it depends on "
           "follow in the same file. It is read again when it changes"),
    Option("api.tls_key", Kind.TEXT, "", "File with the key of the certificate, in PEM",
           note="without a password; for the user of the node alone"),
    Option("api.origins", Kind.TEXT, "", "Web pages of other sites that may use the API, separated by ','",
           note="as https://wallet.example; they need an access token, also on this machine"),
    Option("disk.min_free", Kind.INTEGER, 200, "Megabytes that stay free on the disk of the databases",
           note="with less syncing and mining stop, and go on by themselves when there is room again; of a small "
           "disk never more than a twentieth is kept. 0 lets the disk fill up",
           minimum=0, maximum=10_000_000),
    Option("web.closed", Kind.SWITCH, False, "Do not open the web page of the node in a browser",
           note="it is opened only on a desktop, by a node started from a terminal"),
    Option("simd.enable", Kind.SWITCH, False, "Enable SIMD mechan for tensority",
           inert="the fastest code the processor can run is always taken"),
    Option("ws.max_num_websockets", Kind.INTEGER, 25, "Max number of websocket connections",
           minimum=0, maximum=10_000),
    Option("ws.max_num_concurrent_reqs", Kind.INTEGER, 20,
           "Max number of concurrent websocket requests that may be processed concurrently",
           note="by one client; further ones wait their turn", minimum=1, maximum=10_000),
)  # fmt: skip

BY_KEY: Mapping[str, Option] = {option.key: option for option in OPTIONS}

FORMER_KEYS: frozenset[str] = frozenset(
    {
        "fast_sync", "private_key", "filter_peers", "tx_index", "hsm_url",
        "p2p.addr_book_file", "p2p.addr_book_strict",
    }
)  # fmt: skip
"""Keys of the reference's templates and of its other versions: accepted, and without effect."""
