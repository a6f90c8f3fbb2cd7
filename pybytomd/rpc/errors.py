"""Error codes of the API, and the errors of the API itself.

Every ``BytomError`` carries its code; this table gives the message that goes with it. What has no code of its own
is ``BTM000``, with its text as detail. Source: rpc-and-cli reference, section 5; ``api/errors.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from pybytomd.errors import BytomError, RequestError
from pybytomd.wallet.spend.errors import BadWitnessComponent

DEFAULT_CODE = "BTM000"
TEMPORARY_CODES = frozenset({DEFAULT_CODE, "BTM001"})
"""What may succeed when tried again, as the reference sees it."""


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """A row of the table. ``status`` counts for errors of the server; a method's failure is always sent as 200."""

    code: str
    status: int
    message: str
    root: str = ""
    """The text of the error that has this code."""


_ROWS = (
    ErrorInfo(DEFAULT_CODE, 500, "Bytom API Error"),
    ErrorInfo("BTM001", 408, "Request timed out", "context deadline exceeded"),
    ErrorInfo("BTM002", 400, "Invalid request body", "httpjson: bad request"),
    ErrorInfo("BTM103", 502, "A peer core is operating on a different blockchain network"),
    # signers
    ErrorInfo(
        "BTM200",
        400,
        "Quorum must be greater than or equal to 1, and must be less than or equal to the length of xpubs",
        "quorum must be greater than or equal to 1, and must be less than or equal to the length of xpubs",
    ),
    ErrorInfo("BTM201", 400, "Invalid xpub format", "invalid xpub format"),
    ErrorInfo("BTM202", 400, "At least one xpub is required", "at least one xpub is required"),
    ErrorInfo(
        "BTM203",
        400,
        "Root XPubs cannot contain the same key more than once",
        "xpubs cannot contain the same key more than once",
    ),
    # contracts
    ErrorInfo("BTM300", 400, "Compile contract failed", "compile contract failed"),
    ErrorInfo("BTM301", 400, "Instantiate contract failed", "instantiate contract failed"),
    ErrorInfo("BTM302", 400, "Contract is duplicated", "contract is duplicated"),
    ErrorInfo("BTM303", 400, "Contract not found", "contract not found"),
    # building transactions
    ErrorInfo("BTM700", 400, "Funds of account are insufficient", "reservation found insufficient funds"),
    ErrorInfo("BTM701", 400, "Available funds of account are immature", "reservation found immature funds"),
    ErrorInfo(
        "BTM702",
        400,
        "Available UTXOs of account have been reserved",
        "reservation found outputs already reserved",
    ),
    ErrorInfo("BTM703", 400, "UTXO with given hash not found", "can't find utxo with given hash"),
    ErrorInfo("BTM704", 400, "Invalid action type", "bad action type"),
    ErrorInfo("BTM705", 400, "Invalid action object", "bad action object"),
    ErrorInfo("BTM706", 400, "Invalid action construction", "bad action construction"),
    ErrorInfo("BTM707", 400, "One or more fields are missing", "required field is missing"),
    ErrorInfo("BTM708", 400, "Invalid asset amount", "bad asset amount"),
    ErrorInfo("BTM709", 400, "Account not found", "Failed to find account"),
    ErrorInfo("BTM710", 400, "Asset not found", "fail to find asset"),
    ErrorInfo("BTM711", 400, "Invalid contract argument type", "invalid contract argument type"),
    # submitting transactions
    ErrorInfo("BTM712", 400, "Transaction input UTXO not found", "finalize can't find transaction input utxo"),
    ErrorInfo("BTM713", 400, "Transaction fee exceeded max limit", "transaction fee exceed max limit"),
    ErrorInfo("BTM714", 400, "Transaction has no gas input", "transaction has no gas input"),
    # validating transactions
    ErrorInfo("BTM730", 400, "Invalid transaction version", "invalid transaction version"),
    ErrorInfo("BTM731", 400, "Invalid transaction size", "invalid transaction size"),
    ErrorInfo("BTM732", 400, "Invalid transaction time range", "invalid transaction time range"),
    ErrorInfo("BTM733", 400, "Not standard transaction", "not standard transaction"),
    ErrorInfo("BTM734", 400, "Invalid coinbase transaction", "wrong coinbase transaction"),
    ErrorInfo("BTM735", 400, "Invalid coinbase assetID", "wrong coinbase assetID"),
    ErrorInfo("BTM736", 400, "Invalid coinbase arbitrary size", "coinbase arbitrary size is larger than limit"),
    ErrorInfo("BTM737", 400, "No results in the transaction", "transaction has no results"),
    ErrorInfo("BTM738", 400, "Mismatched assetID", "mismatched assetID"),
    ErrorInfo("BTM739", 400, "Mismatched value source/dest position", "mismatched value source/dest position"),
    ErrorInfo("BTM740", 400, "Mismatched reference", "mismatched reference"),
    ErrorInfo("BTM741", 400, "Mismatched value", "mismatched value"),
    ErrorInfo("BTM742", 400, "Missing required field", "missing required field"),
    ErrorInfo("BTM743", 400, "No source for value", "no source for value"),
    ErrorInfo("BTM744", 400, "Arithmetic overflow/underflow", "arithmetic overflow/underflow"),
    ErrorInfo("BTM745", 400, "Invalid source or destination position", "invalid source or destination position"),
    ErrorInfo(
        "BTM746",
        400,
        "Unbalanced asset amount between input and output",
        "unbalanced asset amount between input and output",
    ),
    ErrorInfo("BTM747", 400, "Gas credit has been spent", "all gas credit has been spend"),
    ErrorInfo("BTM748", 400, "Gas usage calculate got a math error", "gas usage calculate got a math error"),
    # running programs
    ErrorInfo("BTM760", 400, "Alt stack underflow", "alt stack underflow"),
    ErrorInfo("BTM761", 400, "Bad value", "bad value"),
    ErrorInfo("BTM762", 400, "Wrong context", "wrong context"),
    ErrorInfo("BTM763", 400, "Data stack underflow", "data stack underflow"),
    ErrorInfo("BTM764", 400, "Disallowed opcode", "disallowed opcode"),
    ErrorInfo("BTM765", 400, "Division by zero", "division by zero"),
    ErrorInfo("BTM766", 400, "False result for executing VM", "false VM result"),
    ErrorInfo("BTM767", 400, "Program size exceeds max int32", "program size exceeds maxint32"),
    ErrorInfo("BTM768", 400, "Arithmetic range error", "range error"),
    ErrorInfo("BTM769", 400, "RETURN executed", "RETURN executed"),
    ErrorInfo("BTM770", 400, "Run limit exceeded because the BTM Fee is insufficient", "run limit exceeded"),
    ErrorInfo("BTM771", 400, "Unexpected end of program", "unexpected end of program"),
    ErrorInfo("BTM772", 400, "Unrecognized token", "unrecognized token"),
    ErrorInfo("BTM773", 400, "Unexpected error", "unexpected error"),
    ErrorInfo("BTM774", 400, "Unsupported VM because the version of VM is mismatched", "unsupported VM"),
    ErrorInfo("BTM775", 400, "VERIFY failed", "VERIFY failed"),
    # keys
    ErrorInfo("BTM800", 400, "Key Alias already exists", "duplicate key alias"),
    ErrorInfo("BTM801", 400, "Key not found or wrong password", "key not found or wrong password "),
    ErrorInfo(
        "BTM802",
        400,
        "Could not decrypt key with given passphrase",
        "could not decrypt key with given passphrase",
    ),
    # the index: ours alone
    ErrorInfo("BTM950", 400, "The index is not enabled"),
    ErrorInfo("BTM951", 400, "The index does not have it"),
    ErrorInfo("BTM952", 400, "The question to the index is not understood"),
    # access
    ErrorInfo("BTM860", 401, "Request could not be authenticated", "not authenticated"),
    ErrorInfo("BTM861", 403, "The access token does not have the role that this takes"),
)

ERROR_TABLE: Mapping[str, ErrorInfo] = {row.code: row for row in _ROWS}
"""Every code that can be sent."""


def info_of(error: BytomError) -> ErrorInfo:
    """The row of an error; the default for one whose code is not in the table."""
    return ERROR_TABLE.get(error.code, ERROR_TABLE[DEFAULT_CODE])


class ServerRefusal(RequestError):
    """The server refuses a request before any method sees it. ``root`` is the detail that is sent."""

    status: int | None = None
    """The HTTP status, when it is not the one of the code."""


class BadRequest(ServerRefusal):
    """The body does not read as the method's request."""

    code = "BTM002"
    HINT = "check request parameters for missing and/or incorrect values"

    @classmethod
    def from_error(cls, error: BytomError) -> BadRequest:
        """What is sent for an error in the body. Quirk: one kind of error brings its own hint, a repetition."""
        hint = "; ".join(error.context) if isinstance(error, BadWitnessComponent) else cls.HINT
        return cls(f"{error}: {hint}")


class BodyTooLarge(BadRequest):
    """More than the server reads."""

    message = f"http: request body too large: {BadRequest.HINT}"


class IncompleteBody(BadRequest):
    """The client stopped sending before the body was complete."""

    code = "BTM001"
    message = "the request body did not arrive in time"


class NotAuthenticated(ServerRefusal):
    """Who asks may not."""

    code = "BTM860"


class RoleMissing(ServerRefusal):
    """Who asks has good credentials, but not for this. Not in the reference, whose tokens open everything."""

    code = "BTM861"


class ForeignOrigin(ServerRefusal):
    """A web page of another site asks, through the browser of somebody who may."""

    code = "BTM860"
    status = HTTPStatus.FORBIDDEN


class MustBePosted(ServerRefusal):
    """A browser asks for something to be done, and not by POST."""

    code = "BTM860"
    status = HTTPStatus.METHOD_NOT_ALLOWED
    message = "this changes something: a browser has to ask by POST"


class NoSuchMethod(ServerRefusal):
    """There is no method of this name."""

    message = "not Found"


class InternalError(ServerRefusal):
    """Something failed that should not have; the log says what."""

    message = "internal error, see the log of the node"


class WalletClosed(RequestError):
    """The answer of ``error``, where requests for the wallet lead while there is none."""

    message = "wallet not found, please check that the wallet is open"


class MissingField(RequestError):
    """A field without which the method cannot do anything. The reference drops the connection."""

    @classmethod
    def named(cls, field: str) -> MissingField:
        """The error for one field."""
        return cls(f"{field} is missing")


class IndexOff(RequestError):
    """This node keeps no index."""

    code = "BTM950"
    message = (
        "this node keeps no index: start it with --index.enable, or set enable = true in [index] of config.toml; "
        "it reads the chain from the first block then, and node-status tells how far it is"
    )


class NotAvailable(RequestError):
    """This node does not run the part that would answer."""
