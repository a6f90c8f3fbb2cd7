"""What can go wrong in the wallet. The texts and codes are the reference's, for clients match on them."""

from __future__ import annotations

from pybytomd.errors import BytomError


class WalletError(BytomError):
    """Base of the errors of this package."""


# Keys


class KeyFileError(WalletError):
    """Base of what goes wrong with the files of keys."""


class DuplicateKeyAlias(KeyFileError):
    """Another key has this alias."""

    message = "duplicate key alias"
    name = "ErrDuplicateKeyAlias"
    code = "BTM800"


class KeyNotLoaded(KeyFileError):
    """There is no such key, or the password is not its own. Quirk: the text ends with a blank."""

    message = "key not found or wrong password "
    name = "ErrLoadKey"
    code = "BTM801"


class BadXPubText(KeyFileError):
    """A key image names a key by something that is not hex."""

    message = "xpub format error"
    name = "ErrXPubFormat"


class WrongMnemonicLength(KeyFileError):
    """A mnemonic has not twelve words."""

    message = "mnemonic length error"
    name = "ErrMnemonicLength"


class InvalidMnemonic(KeyFileError):
    """A mnemonic has words the language does not know, or the language has no words. Quirk: misspelt."""

    message = "Invalid menomic"
    name = "ErrInvalidMnemonic"


# Signers


class SignerError(WalletError):
    """Base of what goes wrong with root keys and derivation."""


class NoXPubs(SignerError):
    """No root key was given."""

    message = "at least one xpub is required"
    name = "ErrNoXPubs"
    code = "BTM202"


class DuplicateXPub(SignerError):
    """A root key was given twice."""

    message = "xpubs cannot contain the same key more than once"
    name = "ErrDupeXPub"
    code = "BTM203"


class BadQuorum(SignerError):
    """More signatures are wanted than there are keys, or none."""

    message = "quorum must be greater than or equal to 1, and must be less than or equal to the length of xpubs"
    name = "ErrBadQuorum"
    code = "BTM200"


class UnknownDerivation(SignerError):
    """A derivation rule that is neither BIP-32 nor BIP-44."""

    message = "invalid key derive rule"
    name = "signers.ErrDeriveRule"


# Accounts


class AccountError(WalletError):
    """Base of what goes wrong with accounts and their addresses."""


class AccountNotFound(AccountError):
    """There is no such account."""

    message = "Failed to find account"
    name = "ErrFindAccount"
    code = "BTM709"


class DuplicateAccountAlias(AccountError):
    """Another account has this alias."""

    message = "Duplicate account alias"
    name = "account.ErrDuplicateAlias"


class DuplicateAccountIndex(AccountError):
    """Another account has the same root keys and index."""

    message = "Duplicate account with same xPubs and index"
    name = "ErrDuplicateIndex"


class ProgramNotFound(AccountError):
    """An address is of no account here."""

    message = "Failed to find account control program"
    name = "ErrFindCtrlProgram"


class AccountDerivationUnknown(AccountError):
    """An account with a derivation rule that is neither BIP-32 nor BIP-44."""

    message = "Invalid key derivation rule"
    name = "account.ErrDeriveRule"


class TooManyAccounts(AccountError):
    """The account index of a set of root keys is used up."""

    message = "Exceeded maximum accounts per xpub"
    name = "ErrAccountIndex"


class NoPublicKey(AccountError):
    """An account has no address yet, or none with the key asked for."""

    message = "Not found publickey for the account"


class ArbitraryTooLong(AccountError):
    """The free data for coinbases does not fit."""

    message = "Arbitrary exceeds limit: 107"


# Assets


class AssetError(WalletError):
    """Base of what goes wrong with assets."""


class AssetNotFound(AssetError):
    """There is no such asset."""

    message = "fail to find asset"
    name = "ErrFindAsset"
    code = "BTM710"


class DuplicateAssetAlias(AssetError):
    """Another asset has this alias."""

    message = "duplicate asset alias"
    name = "asset.ErrDuplicateAlias"


class DuplicateAsset(AssetError):
    """The asset is defined already."""

    message = "duplicate asset id"
    name = "ErrDuplicateAsset"


class InternalAsset(AssetError):
    """BTM cannot be defined or renamed."""

    message = "btm has been defined as the internal asset"
    name = "ErrInternalAsset"


class NoAssetAlias(AssetError):
    """An alias is missing. Quirk: renaming an unknown asset says so as well."""

    message = "null asset alias"
    name = "ErrNullAlias"


class DefinitionTooDeep(AssetError):
    """An asset's definition has more levels than can be written."""

    message = "the asset definition is nested too deeply: 200 levels are allowed"


# Contracts


class ContractError(WalletError):
    """Base of what goes wrong with the contract registry."""


class DuplicateContract(ContractError):
    """The contract is registered already."""

    message = "contract is duplicated"
    code = "BTM302"


class ContractNotFound(ContractError):
    """There is no such contract."""

    message = "contract not found"
    code = "BTM303"


class NoContract(ContractError):
    """The contract's program is missing."""

    message = "contract is empty"


class NoContractId(ContractError):
    """The contract's id is missing."""

    message = "contract id is empty"


class NoContractAlias(ContractError):
    """The contract's name is missing or blank."""

    message = "contract alias is empty"
