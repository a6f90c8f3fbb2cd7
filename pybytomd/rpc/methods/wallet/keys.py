"""Keys, and messages signed with them. Source: rpc-and-cli reference, section 4.1; ``api/hsm.go``, ``message.go``.

Whatever takes a password waits for a thread, as it costs tens of milliseconds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.mnemonic import DEFAULT_LANGUAGE
from pybytomd.errors import BytomError
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.wallet_access import keys_of, wallet_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, RootXPub, Text
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.rpc.schema.replies import OMIT_EMPTY
from pybytomd.wallet.errors import ProgramNotFound
from pybytomd.wallet.keys.key_files import ANY_KEY, KeyInfo


@dataclass(frozen=True, slots=True)
class CreateKeyRequest:
    """A new key, from random numbers or from the words of a mnemonic."""

    alias: Text = ""
    password: Text = field(default="", repr=False)
    mnemonic: Text = field(default="", repr=False)
    language: Text = ""


@dataclass(frozen=True, slots=True)
class KeyAliasRequest:
    """Another alias for a key."""

    xpub: RootXPub = None
    new_alias: Text = ""


@dataclass(frozen=True, slots=True)
class KeyPasswordRequest:
    """A key and its password."""

    xpub: RootXPub = None
    password: Text = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeleteKeyRequest:
    """A key that is to go, and its password."""

    password: Text = field(default="", repr=False)
    xpub: RootXPub = None


@dataclass(frozen=True, slots=True)
class ResetPasswordRequest:
    """A key with its password, and the new one."""

    xpub: RootXPub = None
    old_password: Text = field(default="", repr=False)
    new_password: Text = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """A message to be signed with the key of an address."""

    address: Text = ""
    message: HexBytes = b""
    password: Text = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class KeyReply:
    """A key by what everybody may see, and the path of its file."""

    alias: str
    xpub: XPub
    file: str


@dataclass(frozen=True, slots=True)
class NewKeyReply:
    """A new key, with the words to make it again from, if they are new as well."""

    alias: str
    xpub: XPub
    file: str
    mnemonic: str = field(default="", repr=False, metadata=OMIT_EMPTY)


@dataclass(frozen=True, slots=True)
class ChangedReply:
    """Whether the password was changed."""

    changed: bool


@dataclass(frozen=True, slots=True)
class CheckReply:
    """Whether it is the password."""

    check_result: bool


@dataclass(frozen=True, slots=True)
class SignatureReply:
    """A signature, and the key it is by."""

    signature: bytes
    derived_xpub: XPub


def _key_reply(key: KeyInfo) -> KeyReply:
    return KeyReply(key.alias, key.xpub, key.file_text)


@method("create-key", role=Role.SPEND, needs_wallet=True, kinds=BOTH)
async def create_key(api: ApiParts, request: CreateKeyRequest) -> NewKeyReply:
    """Make a key, or import one by its mnemonic."""
    hsm, language = keys_of(api), request.language or DEFAULT_LANGUAGE
    if request.mnemonic:
        key = await asyncio.to_thread(
            hsm.import_mnemonic, request.alias, request.password, request.mnemonic, language
        )
        return NewKeyReply(key.alias, key.xpub, key.file_text)
    key, sentence = await asyncio.to_thread(hsm.create, request.alias, request.password, language)
    return NewKeyReply(key.alias, key.xpub, key.file_text, sentence)


@method("list-keys", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
async def list_keys(api: ApiParts) -> list[KeyReply]:
    """All keys, in the order they were made."""
    return [_key_reply(key) for key in await asyncio.to_thread(keys_of(api).list)]


@method("update-key-alias", role=Role.SPEND, needs_wallet=True, kinds=BOTH)
async def update_key_alias(api: ApiParts, request: KeyAliasRequest) -> None:
    """Give a key another alias."""
    await asyncio.to_thread(keys_of(api).update_alias, request.xpub or ANY_KEY, request.new_alias)


@method("delete-key", role=Role.ADMIN, needs_wallet=True, kinds=BOTH)
async def delete_key(api: ApiParts, request: DeleteKeyRequest) -> None:
    """Remove a key and its file for good."""
    await asyncio.to_thread(keys_of(api).delete, request.xpub or ANY_KEY, request.password)


@method("reset-key-password", role=Role.ADMIN, needs_wallet=True, kinds=BOTH)
async def reset_key_password(api: ApiParts, request: ResetPasswordRequest) -> ChangedReply:
    """Change the password of a key. Quirk: a failure of any kind is only told as not changed."""
    try:
        await asyncio.to_thread(
            keys_of(api).reset_password, request.xpub or ANY_KEY, request.old_password, request.new_password
        )
    except BytomError:
        return ChangedReply(changed=False)
    return ChangedReply(changed=True)


@method("check-key-password", role=Role.SPEND, needs_wallet=True, reads=True, kinds=BOTH)
async def check_key_password(api: ApiParts, request: KeyPasswordRequest) -> CheckReply:
    """Whether a password is that of a key."""
    fits = await asyncio.to_thread(keys_of(api).check_password, request.xpub or ANY_KEY, request.password)
    return CheckReply(check_result=fits)


@method("sign-message", role=Role.SPEND, needs_wallet=True, kinds=BOTH)
async def sign_message(api: ApiParts, request: MessageRequest) -> SignatureReply:
    """Sign a message with the key of an address of this wallet.

    Quirk: an address of several keys signs with the first, which ``verify-message`` does not accept.
    """
    accounts = wallet_of(api).accounts
    program = accounts.addresses.at(request.address)
    if program is None:
        raise ProgramNotFound
    account = accounts.find(program.account_id)
    path = account.signer.account_path(program.change, program.key_index)
    root = account.xpubs[0]
    signature = await asyncio.to_thread(keys_of(api).sign, root, path, request.message, request.password)
    return SignatureReply(signature, root.derive(path))
