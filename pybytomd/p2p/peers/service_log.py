"""What became of the connections we made: how long they held, what they gave, and who ended them (peer scoring).

A call that is answered proves nothing yet. One that the other end breaks off within a minute led to nothing, as
one that nobody answered, and the pause before the next one grows; one that holds clears the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pybytomd.clock import Clock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.connection_type import ConnectionType
from pybytomd.p2p.peers.dial_plan import DialPlan
from pybytomd.p2p.peers.peer import Peer

REPORT_SECONDS = 60.0
"""How often the address book hears of connections that go on."""
BRIEF_SECONDS = 60.0
"""A connection that the other end breaks off sooner counts as a call in vain."""
ANCHOR_SECONDS = 15.0
"""Held so long, or of use, an outbound peer is one to begin with after a restart: it has introduced itself."""


@dataclass(slots=True)
class _Account:
    address: NetAddress
    since: float
    told_at: float
    blocks_told: int = 0
    lasted: bool = False


class ServiceLog:
    """Follows the peers that we called. Times are seconds on the monotonic clock."""

    def __init__(self, book: AddressBook, plan: DialPlan, clock: Clock) -> None:
        self._book = book
        self._plan = plan
        self._clock = clock
        self._accounts: dict[Peer, _Account] = {}
        self._next_report = clock.monotonic() + REPORT_SECONDS

    def connections(self) -> list[tuple[Peer, NetAddress, float]]:
        """The peers we called that are connected, with the address called and since when."""
        return [(peer, a.address, a.since) for peer, a in self._accounts.items() if not peer.is_closed]

    def peer_at(self, address: NetAddress) -> Peer | None:
        """The peer that is connected because we called this address."""
        return next((peer for peer, called, _ in self.connections() if called == address), None)

    def begin(self, peer: Peer, address: NetAddress) -> None:
        """A call was answered. Whom the operator wants is called again after the shortest pause in any case."""
        if peer.connection_type is ConnectionType.MANUAL:
            self._plan.lasted(address)
        now = self._clock.monotonic()
        self._accounts[peer] = _Account(address, now, now)

    def look(self) -> None:
        """Note who is gone, and now and then what the others have been worth."""
        now = self._clock.monotonic()
        for peer, account in list(self._accounts.items()):
            if now - account.since >= BRIEF_SECONDS and not account.lasted:
                account.lasted = True
                self._plan.lasted(account.address)
                self._book.lasted(account.address)
            if peer.is_closed:
                del self._accounts[peer]
                self._conclude(peer, account)
        if now >= self._next_report:
            self._report(self._accounts)

    def finish(self) -> None:
        """All connections are about to be ended: tell what they were worth, and whom to begin with next time."""
        self.look()
        self._report(self._accounts)
        self._accounts.clear()

    def _conclude(self, peer: Peer, account: _Account) -> None:
        self._tell(peer, account)
        if not account.lasted and not peer.was_released:
            if peer.connection_type is not ConnectionType.MANUAL:
                self._plan.failed(account.address)
            self._book.failed(account.address)

    def _report(self, peers: Iterable[Peer]) -> None:
        now = self._clock.monotonic()
        self._next_report = now + REPORT_SECONDS
        for peer in peers:
            self._tell(peer, self._accounts[peer])
        good = [(a, p) for p, a in self._accounts.items() if self._is_good(p, a)]
        good.sort(key=lambda pair: (-pair[1].service, pair[0].since))
        self._book.holds([account.address for account, _ in good])

    def _is_good(self, peer: Peer, account: _Account) -> bool:
        if peer.connection_type not in (ConnectionType.OUTBOUND, ConnectionType.MANUAL):
            return False
        return peer.service > 0 or self._clock.monotonic() - account.since >= ANCHOR_SECONDS

    def _tell(self, peer: Peer, account: _Account) -> None:
        """Time counts as service only with somebody who gave something: staying alone costs nothing."""
        now = self._clock.monotonic()
        blocks = peer.service - account.blocks_told
        if peer.service:
            self._book.served(account.address, peer.node_id, now - account.told_at, blocks)
        account.told_at = now
        account.blocks_told = peer.service
