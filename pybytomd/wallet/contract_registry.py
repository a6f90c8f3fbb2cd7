"""The registry of contracts: an address book of programs, kept in wallet.db and unknown to the chain.

Records and texts are those of the reference's later versions. Source: contracts-and-tracing reference, part A1.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from pybytomd.codec.golang.gotext import trim
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import damaged, parse_record
from pybytomd.vm.instructions import push_data
from pybytomd.vm.programs.builders import OP_FAIL
from pybytomd.wallet.errors import ContractNotFound, DuplicateContract, NoContract, NoContractAlias, NoContractId

REGISTRATION_TAG = b"bcrp"
REGISTRATION_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class Contract:
    """A registered contract: an alias for some bytes.

    Its two programs mean something to later versions of the chain only. Here ``register_program`` retires what is
    paid to it, and what is paid to ``call_program`` anyone can take: it is no place for funds.
    """

    alias: str
    contract: bytes

    @property
    def id(self) -> bytes:
        """The SHA3 of the contract."""
        return sha3_256(self.contract)

    @property
    def call_program(self) -> bytes:
        """What an output would be locked with that runs the contract."""
        return push_data(REGISTRATION_TAG) + push_data(self.id)

    @property
    def register_program(self) -> bytes:
        """What an output would be locked with that puts the contract on the chain."""
        return OP_FAIL + push_data(REGISTRATION_TAG) + push_data(REGISTRATION_VERSION) + push_data(self.contract)

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object, as stored and as the API shows it."""
        return {
            "id": self.id.hex(),
            "alias": self.alias,
            "contract": self.contract.hex(),
            "call_program": self.call_program.hex(),
            "register_program": self.register_program.hex(),
        }

    def to_json(self) -> bytes:
        """The stored form."""
        return gojson.dumps(self.to_value())

    @classmethod
    def from_json(cls, data: bytes) -> Contract:
        """Read the stored form. Raises DecodeError."""
        fields = parse_record(data, "Contract")
        return cls(fields.text("alias"), fields.hex_bytes("contract") or b"")


class ContractRegistry:
    """The registered contracts. Safe to use from several threads.

    Every method raises StoreError when the database fails or holds something that does not parse.
    """

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._lock = threading.Lock()

    def create(self, alias: str, contract: bytes | None) -> Contract:
        """Register a contract, which may be empty but not None. Different ones may have the same alias.

        Raises NoContractAlias, NoContract, DuplicateContract.
        """
        alias = _checked(alias)
        if contract is None:
            raise NoContract
        made = Contract(alias, contract)
        key = schema.registered_contract_key(made.id)
        with self._lock:
            if self._database.get(key) is not None:
                raise DuplicateContract
            self._database.put(key, made.to_json())
        self._database.sync()
        return made

    def rename(self, contract_id: bytes | None, alias: str) -> Contract:
        """Give a contract another alias. Raises NoContractId, NoContractAlias, ContractNotFound."""
        if contract_id is None:
            raise NoContractId
        alias = _checked(alias)
        with self._lock:
            renamed = replace(self.find(contract_id), alias=alias)
            self._database.put(schema.registered_contract_key(contract_id), renamed.to_json())
        self._database.sync()
        return renamed

    def find(self, contract_id: bytes | None) -> Contract:
        """The contract with an id, of any length. Raises NoContractId, ContractNotFound."""
        if contract_id is None:
            raise NoContractId
        key = schema.registered_contract_key(contract_id)
        data = self._database.get(key)
        if data is None:
            raise ContractNotFound
        return _decode(key, data)

    def list(self) -> list[Contract]:
        """All contracts, by id."""
        return [_decode(key, data) for key, data in self._database.iterate(schema.REGISTERED_CONTRACT_PREFIX)]


def _checked(alias: str) -> str:
    alias = trim(alias)
    if not alias:
        raise NoContractAlias
    return alias


def _decode(key: bytes, data: bytes) -> Contract:
    try:
        return Contract.from_json(data)
    except DecodeError as error:
        raise damaged(key, error) from error
