"""What is lost with each database, and what to do when it is damaged: the end of every message that says so."""

from __future__ import annotations

from collections.abc import Mapping

REMEDIES: Mapping[str, str] = {
    "core": (
        "the chain is in it, and nothing that cannot be had again: restore it from a backup, try "
        "pybytomd db repair core, or move it away, and the node fetches the chain anew"
    ),
    "wallet": (
        "the accounts, addresses, assets and contracts of this wallet are in it, the keys are not: restore it "
        "from a backup, of the directory or by backup-wallet, or try pybytomd db repair wallet, which keeps what "
        "can be read, and the damaged files as well. Where that does not help keep it as it is, make sure "
        "that the key files are there or the mnemonic of every key is known, and only then move it aside: after a "
        "start recovery-wallet finds the accounts and addresses of these keys again, but not the names of "
        "accounts, nor assets and contracts"
    ),
    "accesstoken": (
        "the access tokens of the API are in it: restore it from a backup, try pybytomd db repair accesstoken, or "
        "move it away and make new tokens; "
        "the old ones are no longer good then"
    ),
    "txfeeds": (
        "the transaction feeds are in it: restore it from a backup, try pybytomd db repair txfeeds, or move it "
        "away and make the feeds anew"
    ),
    "hooks": (
        "the webhooks that were made over the API are in it, and how far each has come: restore it from a backup, "
        "try pybytomd db repair hooks, or move it away and make the webhooks anew"
    ),
    "watch": (
        "the watched addresses are in it, and what they have: restore it from a backup, try pybytomd db repair "
        "watch, or move it away and watch them anew"
    ),
    "trace": (
        "the contracts that are followed are in it: restore it from a backup, or move it away and name them anew"
    ),
    "blacklist": "the banned peers are in it, no more: move it away",
    "discover": "the addresses of other nodes are in it, no more: move it away",
    "fastsync": "it only saves work after an interrupted synchronisation: move it away",
    "index": "it is made from the chain: move it away, and it is made anew",
}
UNKNOWN = "restore it from a backup"


def remedy_for(name: str) -> str:
    """What to do about a damaged database, by the name of its directory, with or without ``.db``."""
    return REMEDIES.get(name.removesuffix(".db"), UNKNOWN)
