"""Accounts, their addresses, and who gets the rewards of mining.

Source: rpc-and-cli reference, section 4.2; ``api/accounts.go``, ``receivers.go``, ``query.go``, ``miner.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from pybytomd.codec.golang.gotext import trim
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import DecodeError
from pybytomd.rpc.api import Api, ApiParts
from pybytomd.rpc.methods.paging import page
from pybytomd.rpc.methods.wallet_access import AccountRequest, account_of, wallet_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, Int, Text, Uint, XPubList
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.rpc.schema.replies import OMIT_EMPTY
from pybytomd.rpc.schema.requests import StructKind
from pybytomd.vm.programs.address import decode_address
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.signers import BIP32, BIP44
from pybytomd.wallet.errors import AccountNotFound, NoPublicKey


@dataclass(frozen=True, slots=True)
class CreateAccountRequest:
    """Root keys, in the order that counts, and how many of them must sign."""

    root_xpubs: XPubList = ()
    quorum: Int = 0
    alias: Text = ""


@dataclass(frozen=True, slots=True)
class ListAccountsRequest:
    """Accounts whose ids begin with this text, or the one with this alias."""

    id: Text = ""
    alias: Text = ""


@dataclass(frozen=True, slots=True)
class RenameAccountRequest(AccountRequest):
    """Another alias for an account."""

    new_alias: Text = ""


@dataclass(frozen=True, slots=True)
class DeleteAccountRequest(AccountRequest):
    """An account, or as bytomd 1.0.5 asked for it: its alias or its id, whichever ``account_info`` is.

    The fields of 1.1.1, which knows no ``account_info``, count if any of them is given.
    """

    GO_TYPE: ClassVar[str] = StructKind(AccountRequest).go_type
    account_info: Text = ""


@dataclass(frozen=True, slots=True)
class ListAddressesRequest(AccountRequest):
    """A page of the addresses of an account."""

    from_: Uint = 0
    count: Uint = 0


@dataclass(frozen=True, slots=True)
class PublicKeysRequest(AccountRequest):
    """The public keys of an account, or one of them by its hex text."""

    public_key: Text = ""


@dataclass(frozen=True, slots=True)
class CheckAddressRequest:
    """An address."""

    address: Text = ""


@dataclass(frozen=True, slots=True)
class CheckedAddressReply:
    """Whether it is an address of this network, and whether it is the wallet's."""

    valid: bool
    is_local: bool


@dataclass(frozen=True, slots=True)
class MiningAddress:
    """The address rewards are paid to, as request and as reply."""

    mining_address: Text = ""


@dataclass(frozen=True, slots=True)
class Arbitrary:
    """The free data of coinbases, as request and as reply."""

    GO_NAME: ClassVar[str] = "api.CoinbaseArbitrary"

    arbitrary: HexBytes = b""


@dataclass(frozen=True, slots=True)
class AccountReply:
    """An account."""

    id: str
    alias: str = field(metadata=OMIT_EMPTY)
    xpubs: tuple[XPub, ...]
    quorum: int
    key_index: int
    derive_rule: int

    @classmethod
    def of(cls, account: Account) -> AccountReply:
        """What is shown of an account."""
        signer = account.signer
        return cls(account.id, account.alias, signer.xpubs, signer.quorum, signer.key_index, signer.derive_rule)


@dataclass(frozen=True, slots=True)
class ReceiverReply:
    """A new address, and the control program that pays to it."""

    control_program: bytes = field(metadata=OMIT_EMPTY)
    address: str = field(metadata=OMIT_EMPTY)


@dataclass(frozen=True, slots=True)
class AddressReply:
    """An address of an account."""

    account_alias: str
    account_id: str
    address: str
    control_program: bytes
    change: bool
    key_index: int


@dataclass(frozen=True, slots=True)
class PublicKeyReply:
    """A public key, and the path to it from the root key."""

    pubkey: bytes
    derivation_path: list[bytes]


@dataclass(frozen=True, slots=True)
class PublicKeysReply:
    """The public keys below the first root key of an account."""

    root_xpub: XPub
    pubkey_infos: list[PublicKeyReply]


@method("create-account", role=Role.SPEND, needs_wallet=True, kinds=BOTH)
async def create_account(api: ApiParts, request: CreateAccountRequest) -> AccountReply:
    """Make an account of one or more root keys.

    Quirk: the alias is kept in lower case, and one that another account has in lower case is taken from it: that
    one is found by its id from then on.
    """
    create = wallet_of(api).accounts.create
    return AccountReply.of(await asyncio.to_thread(create, request.root_xpubs, request.quorum, request.alias))


@method("list-accounts", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
async def list_accounts(api: ApiParts, request: ListAccountsRequest) -> list[AccountReply]:
    """Accounts, in the order they were made."""
    accounts = wallet_of(api).accounts
    prefix = accounts.find(alias=request.alias).id if request.alias else trim(request.id)
    return [AccountReply.of(account) for account in await asyncio.to_thread(accounts.list, prefix)]


@method("update-account-alias", role=Role.SPEND, needs_wallet=True, kinds=BOTH)
async def update_account_alias(api: ApiParts, request: RenameAccountRequest) -> None:
    """Give an account another alias; its transactions are indexed again."""
    await asyncio.to_thread(wallet_of(api).rename_account, account_of(api, request), request.new_alias)


@method("delete-account", role=Role.ADMIN, needs_wallet=True, kinds=BOTH)
async def delete_account(api: ApiParts, request: DeleteAccountRequest) -> None:
    """Remove an account with its addresses; its keys stay."""
    await asyncio.to_thread(wallet_of(api).delete_account, _account_to_delete(api, request))


def _account_to_delete(api: ApiParts, request: DeleteAccountRequest) -> Account:
    if request.account_id or request.account_alias or not request.account_info:
        return account_of(api, request)
    accounts = wallet_of(api).accounts
    try:
        return accounts.find(alias=request.account_info)
    except AccountNotFound:
        return accounts.find(request.account_info)


@method("create-account-receiver", role=Role.WALLET, needs_wallet=True, kinds=BOTH)
async def create_account_receiver(api: ApiParts, request: AccountRequest) -> ReceiverReply:
    """A new address of an account."""
    program = await asyncio.to_thread(wallet_of(api).accounts.create_address, account_of(api, request))
    return ReceiverReply(program.program, program.address)


@method("list-addresses", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
async def list_addresses(api: ApiParts, request: ListAddressesRequest) -> Sequence[AddressReply]:
    """The addresses of an account, for receiving and for change, by their index."""
    account = account_of(api, request)
    programs = await asyncio.to_thread(wallet_of(api).accounts.addresses.of_account, account.id)
    return [
        AddressReply(account.alias, account.id, item.address, item.program, item.change, item.key_index)
        for item in page(programs, request.from_, request.count)
    ]


@method("validate-address", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
def validate_address(api: ApiParts, request: CheckAddressRequest) -> CheckedAddressReply:
    """Whether a text is an address of this network, and of this wallet."""
    try:
        address = decode_address(request.address, api.address_prefix)
    except DecodeError:
        return CheckedAddressReply(valid=False, is_local=False)
    is_local = wallet_of(api).local_program(address.control_program) is not None
    return CheckedAddressReply(valid=True, is_local=is_local)


@method("list-pubkeys", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
async def list_public_keys(api: ApiParts, request: PublicKeysRequest) -> PublicKeysReply:
    """The public keys of an account's addresses, those for change first; only below its first root key."""
    account = account_of(api, request)
    found = await asyncio.to_thread(_public_keys, wallet_of(api).accounts, account, request.public_key)
    if not found:
        raise NoPublicKey
    return PublicKeysReply(account.xpubs[0], found)


def _public_keys(accounts: AccountManager, account: Account, wanted: str) -> list[PublicKeyReply]:
    branches = {BIP32: (False,), BIP44: (True, False)}.get(account.signer.derive_rule, ())
    found = []
    for change in branches:
        for index in range(1, accounts.addresses.count(account, change) + 1):
            path = account.signer.account_path(change, index)
            key = account.xpubs[0].derive(path).public_key
            if not wanted or wanted == key.hex():
                found.append(PublicKeyReply(key, path))
    return found


@method("get-mining-address", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
async def get_mining_address(api: ApiParts) -> MiningAddress:
    """The address rewards are paid to; one of the first account, if none was set."""
    return MiningAddress((await asyncio.to_thread(wallet_of(api).accounts.mining.current)).address)


@method("set-mining-address", role=Role.SPEND, needs_wallet=True, kinds=BOTH)
async def set_mining_address(api: ApiParts, request: MiningAddress) -> MiningAddress:
    """Have rewards paid to an address, of this wallet or not."""
    pay_to = wallet_of(api).accounts.mining.pay_to
    return MiningAddress((await asyncio.to_thread(pay_to, request.mining_address)).address)


@method("get-coinbase-arbitrary", role=Role.WALLET, needs_wallet=True, reads=True)
def get_coinbase_arbitrary(api: Api) -> Arbitrary:
    """The free data of the coinbases made here."""
    return Arbitrary(wallet_of(api).accounts.mining.arbitrary())


@method("set-coinbase-arbitrary", role=Role.MINING, needs_wallet=True)
async def set_coinbase_arbitrary(api: Api, request: Arbitrary) -> Arbitrary:
    """Set the free data of the coinbases made here, at most 107 bytes."""
    await asyncio.to_thread(wallet_of(api).accounts.mining.set_arbitrary, request.arbitrary)
    return Arbitrary(request.arbitrary)
