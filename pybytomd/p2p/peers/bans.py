"""Ban scores: how a peer's bad behaviour adds up, and which addresses are banned.

A score has a part that stays and a part that fades: halved every minute, gone after half an hour. An address
whose score passes 100 is banned for an hour. Source: p2p-and-sync reference, sections 6.9 and 6.10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import itemgetter

from cachetools import LRUCache

from pybytomd.codec.hostport import site_of

HALF_LIFE = 60
"""Seconds after which the fading part counts half."""
LIFETIME = 1800
"""Seconds after which the fading part counts nothing."""
BAN_THRESHOLD = 100
WARN_THRESHOLD = 50
BAN_DURATION = 3600
"""Seconds a ban lasts that a score has led to."""
MAX_BAN_SECONDS = 3650 * 86_400
"""The longest ban that an operator may make."""
MAX_TRACKED_ADDRESSES = 10_000
"""Addresses with a score kept in memory; the one least recently changed is forgotten first."""
MAX_BANS = 10_000
"""Bans in force at a time, which are all written with each new one."""


@dataclass(frozen=True, slots=True)
class Offence:
    """What an offence costs: points that stay and points that fade."""

    persistent: int
    transient: int


ILLEGAL_MESSAGE = Offence(persistent=20, transient=0)
"""A message that breaks the rules of the chain, or a peer that does not deliver what it claims to have."""
CONNECTION_FAULT = Offence(persistent=0, transient=20)
"""Something a broken line may cause too, such as a transaction that does not decode."""
NUISANCE = Offence(persistent=0, transient=5)
"""What a correct node may do once in a while, and only a hostile one time after time: a message of a type that a
later version may have, a filter larger than is kept, a call that ends before it has led to anything."""


class BanScore:
    """The score of one address."""

    __slots__ = ("_changed", "_persistent", "_transient")

    def __init__(self) -> None:
        self._persistent = 0
        self._transient = 0.0
        self._changed = 0

    def increase(self, offence: Offence, now: int) -> int:
        """Add an offence at ``now`` (Unix seconds) and return the new score."""
        self._persistent += offence.persistent
        if offence.transient > 0:
            elapsed = now - self._changed
            if elapsed > LIFETIME:
                self._transient = 0.0
            elif self._transient > 1 and elapsed > 0:
                self._transient *= _decay(elapsed)
            self._transient += offence.transient
            self._changed = now
        return self.value(now)

    def value(self, now: int) -> int:
        """The score at ``now`` (Unix seconds)."""
        elapsed = now - self._changed
        if self._transient < 1 or elapsed < 0 or elapsed > LIFETIME:
            return self._persistent
        return self._persistent + int(self._transient * _decay(elapsed))


def _decay(elapsed: int) -> float:
    return math.exp(-elapsed * math.log(2) / HALF_LIFE)


class BanList:
    """Which sites (``site_of`` an IP address) are banned until when, and the scores that lead there.

    The id of a node, 64 upper-case hex digits, may stand in the place of an address: an operator bans either.

    The reference, by mistake, pardons everybody else with each new ban; here bans last their time.
    """

    def __init__(self, banned_until: dict[str, float] | None = None) -> None:
        """``banned_until``: Unix seconds by address, as loaded from the database; of too many the latest count."""
        latest = sorted((banned_until or {}).items(), key=itemgetter(1))[-MAX_BANS:]
        self._banned_until = {site_of(address): until for address, until in latest}
        self._scores: LRUCache[str, BanScore] = LRUCache(MAX_TRACKED_ADDRESSES)

    def report(self, address: str, offence: Offence, now: float) -> tuple[int, bool]:
        """Count an offence: the new score, and whether it led to a ban just now."""
        score = self._scores.setdefault(site_of(address), BanScore())
        value = score.increase(offence, int(now))
        if value <= BAN_THRESHOLD:
            return value, False
        self.ban(address, now)
        return value, True

    def ban(self, address: str, now: float, seconds: float = BAN_DURATION) -> tuple[str, float]:
        """Ban an address from ``now`` on; its score starts anew. Of too many bans the one that ends first does.

        Returns what is banned, and until when.
        """
        site = site_of(address)
        self._scores.pop(site, None)
        in_force = self.active(now)
        in_force.pop(site, None)
        if len(in_force) >= MAX_BANS:
            del in_force[min(in_force, key=in_force.__getitem__)]
        self._banned_until = {**in_force, site: now + seconds}
        return site, now + seconds

    def pardon(self, address: str, now: float) -> bool:
        """End a ban, and forget the score; whether there was one in force at ``now``."""
        site = site_of(address)
        was_banned = self.is_banned(address, now)
        self._scores.pop(site, None)
        self._banned_until.pop(site, None)
        return was_banned

    def is_banned(self, address: str, now: float) -> bool:
        """Whether the address is banned at ``now``; an expired ban is forgotten."""
        site = site_of(address)
        if now < self._banned_until.get(site, now):
            return True
        self._banned_until.pop(site, None)
        return False

    def active(self, now: float) -> dict[str, float]:
        """The bans in force at ``now``: end time in Unix seconds by address."""
        return {address: until for address, until in self._banned_until.items() if until > now}
