"""Roles (permissions, scopes) of access tokens: what each opens, and which others it includes. One table.

Every method of the API names the one role that it takes (``schema.registry``); pages and figures take ``READ``. A
token has the roles it was made with and those they include. One made without any has all of them, as tokens of the
reference have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import RequestError

MAX_ROLE_TEXT = 200
"""Letters of a text in which roles are looked for; all of them together have 30."""
NEAR, NEAR_LETTERS = 0.7, 3
"""How much a word resembles a role that is taken for a mistyped one, 1 being the role itself; or that it begins
with the same letters, as ``readonly`` and ``miner`` do."""


class Role(StrEnum):
    """What a client may do."""

    READ = "read"
    WALLET = "wallet"
    SPEND = "spend"
    MINING = "mining"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A row of the table: what a role opens, for people, and the roles that are in it."""

    opens: str
    includes: tuple[Role, ...] = ()


ROLES: Mapping[Role, RoleInfo] = {
    Role.READ: RoleInfo(
        "blocks, the pool, peers, the state of the node, figures, decoding, compiling; "
        "nothing that is the wallet's"
    ),
    Role.WALLET: RoleInfo(
        "looking into the wallet: accounts, addresses, balances, outputs, transactions; new addresses to be paid "
        "at; transaction feeds and followed contracts",
        (Role.READ,),
    ),
    Role.SPEND: RoleInfo(
        "building, signing and sending transactions; keys, accounts, assets, contracts and their names; where "
        "rewards are paid to",
        (Role.WALLET,),
    ),
    Role.MINING: RoleInfo("work for miners and what they find; starting and stopping the miner", (Role.READ,)),
    Role.ADMIN: RoleInfo(
        "everything: access tokens, peers, deleting keys and accounts, new passwords, backups, restoring, "
        "rescanning",
        (Role.SPEND, Role.MINING),
    ),
}
"""The table, the least role first."""


class BadRoles(RequestError):
    """A text that is meant to list roles, and does not."""

    message = f"the roles of a token are {', '.join(ROLES)}"


OWN_ROLES_PATH = "/own-roles"
"""What tells whoever asks which roles are theirs: a program offers nothing that would be refused."""


@dataclass(frozen=True, slots=True)
class OwnRolesReply:
    """All roles of who asks, the least first."""

    roles: list[str]

    @classmethod
    def of(cls, held: frozenset[Role]) -> OwnRolesReply:
        """What to tell who has these."""
        return cls([role.value for role in ROLES if role in held])


CLIENT_ROLES: ContextVar[frozenset[Role]] = ContextVar("CLIENT_ROLES", default=frozenset())
"""The roles of the client that a WebSocket is for, in whatever serves it."""


def with_included(roles: Iterable[Role]) -> frozenset[Role]:
    """Roles, and all that are in them."""
    found: set[Role] = set()
    left = list(roles)
    while left:
        role = left.pop()
        found.add(role)
        left.extend(ROLES[role].includes)
    return frozenset(found)


EVERY_ROLE = with_included(ROLES)


def roles_of(text: str) -> tuple[Role, ...]:
    """The roles that a token's ``type`` lists, separated by commas; none for any other text.

    The reference takes any text, which means nothing. So does a text here in which no word is a role; but one that
    looks like a list with a mistake in it is refused: it would open everything. Raises BadRoles.
    """
    words = [word.strip() for word in text[:MAX_ROLE_TEXT].split(",")]
    known = [Role(word) for word in words if word in ROLES]
    if len(known) == len(words) and len(text) <= MAX_ROLE_TEXT:
        return tuple(dict.fromkeys(known))
    wrong = next(word for word in [*words, text] if word not in ROLES)
    if known:
        raise BadRoles.because(f"{quote(wrong)} is no role")
    near = next(filter(None, map(_nearest, words)), None)
    if near is not None:
        raise BadRoles.because(f"{quote(wrong)} is no role, did you mean {near}?")
    return ()


def _nearest(word: str) -> Role | None:
    """The role that a word was probably meant to be."""
    from difflib import get_close_matches  # slow to import, seldom needed

    word = word.lower()
    found = get_close_matches(word, [role.value for role in ROLES], 1, NEAR)
    found += [role for role in ROLES if word[:NEAR_LETTERS] == role[:NEAR_LETTERS]]
    return Role(found[0]) if found else None
