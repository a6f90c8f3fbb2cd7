"""Encrypted key files: their text, and the key inside.

A file holds an extended private key under AES-128-CTR, with a key and a check value derived from a password.
Nothing here touches files; ``wallet/keys/key_files.py`` does. Source: wallet-and-keys reference, section 2.3;
``blockchain/pseudohsm/keystore_passphrase.go``.

Where we differ: what makes the reference panic (a missing number, a short initialisation vector) is a
``KeystoreError``, and so is a work factor beyond ``MAX_SCRYPT_MEMORY`` or ``MAX_WORK``, so that no file can take
the node's memory or time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue, Number
from pybytomd.crypto import scrypt
from pybytomd.crypto.chainkd import KEY_SIZE, XPrv, XPub
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import BytomError

VERSION = 1
KEY_TYPE = "bytom_kd"
CIPHER = "aes-128-ctr"
PRF = "hmac-sha256"

SCRYPT_N, SCRYPT_R, SCRYPT_P = 4096, 8, 6
"""The work factor of new files: six lanes of 4 MiB each."""
SALT_SIZE = 32
IV_SIZE = 16
DERIVED_SIZE = 32
"""Bytes of the derived key that are used: half for the cipher, half for the check value."""

MAX_SCRYPT_MEMORY = 512 << 20
"""Bytes. The reference's "standard" files, written by its older versions and other tools, need half of it."""
MAX_WORK = 1 << 24
"""Of N times r times p: eight times a "standard" file, about ten seconds."""
MAX_ROUNDS = 1 << 24
"""Of PBKDF2: some ten seconds."""

_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


class KeystoreError(BytomError):
    """A key file that cannot be read, or not by this version."""


class WrongPassword(KeystoreError):
    """The check value does not fit: the password is wrong or the file damaged."""

    message = "could not decrypt key with given passphrase"
    name = "ErrDecrypt"
    code = "BTM802"


@dataclass(frozen=True, slots=True)
class Key:
    """What is inside a key file. ``id`` is a UUID, or empty when the file has no valid one."""

    id: str
    alias: str
    xprv: XPrv
    key_type: str = KEY_TYPE

    @property
    def xpub(self) -> XPub:
        """The public half, derived anew; the file's own is only a label."""
        return self.xprv.xpub


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The text of a key file, field by field; nothing is checked before it is decrypted."""

    cipher: str
    ciphertext: str
    iv: str
    kdf: str
    kdf_parameters: Mapping[str, JsonValue] | None
    mac: str
    id: str
    type: str
    version: int
    alias: str
    xpub: str

    @classmethod
    def from_json(cls, data: bytes) -> KeyFile:
        """Read the text of a file. Raises DecodeError."""
        return cls.from_value(gojson.loads_float64(data), go_type="map[string]interface {}")

    @classmethod
    def from_value(cls, value: JsonValue, *, go_type: str = "") -> KeyFile:
        """Take the fields from a JSON object, as it stands in a key image. Raises DecodeError."""
        outer = Fields(value, "encryptedKeyJSON", go_type=go_type)
        inner = outer.inner("crypto", "cryptoJSON")
        return cls(
            cipher=inner.text("cipher"),
            ciphertext=inner.text("ciphertext"),
            iv=inner.inner("cipherparams", "cipherparamsJSON").text("iv"),
            kdf=inner.text("kdf"),
            kdf_parameters=inner.mapping("kdfparams"),
            mac=inner.text("mac"),
            id=outer.text("id"),
            type=outer.text("type"),
            version=outer.integer("version"),
            alias=outer.text("alias"),
            xpub=outer.text("xpub"),
        )

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object, in the reference's order."""
        return {
            "crypto": {
                "cipher": self.cipher,
                "ciphertext": self.ciphertext,
                "cipherparams": {"iv": self.iv},
                "kdf": self.kdf,
                "kdfparams": gojson.sort_keys(self.kdf_parameters),
                "mac": self.mac,
            },
            "id": self.id,
            "type": self.type,
            "version": self.version,
            "alias": self.alias,
            "xpub": self.xpub,
        }

    def to_json(self) -> bytes:
        """The text of the file, without newline."""
        return gojson.dumps(self.to_value())

    def with_alias(self, alias: str) -> KeyFile:
        """The same key under another name; the alias is outside the encryption."""
        return replace(self, alias=alias)

    def decrypt(self, password: str) -> Key:
        """The key inside. Raises WrongPassword, KeystoreError, or DecodeError for text that is not hex."""
        if self.version != VERSION:
            raise KeystoreError(f"Version not supported: {self.version}")
        if self.type != KEY_TYPE:
            raise KeystoreError(f"Key type not supported: {self.type}")
        if self.cipher != CIPHER:
            raise KeystoreError(f"Cipher not supported: {self.cipher}")
        mac, iv, ciphertext = decode_hex(self.mac), decode_hex(self.iv), decode_hex(self.ciphertext)
        derived = self._derived_key(password.encode())
        if not hmac.compare_digest(_mac(derived, ciphertext), mac):
            raise WrongPassword
        if len(iv) != IV_SIZE:
            raise KeystoreError("the initialisation vector has not 16 bytes")
        # Quirk: a plaintext of another length is cut, or filled with zeros.
        plaintext = _aes_ctr(derived, iv, ciphertext)[:KEY_SIZE].ljust(KEY_SIZE, b"\x00")
        uuid = _UUID.fullmatch(self.id)
        return Key(uuid[1].lower() if uuid else "", self.alias, XPrv(plaintext), self.type)

    def _derived_key(self, password: bytes) -> bytes:
        salt_text = self._parameter("salt")
        if not isinstance(salt_text, str):
            raise KeystoreError("kdfparams has no salt")
        salt = decode_hex(salt_text)
        # Quirk: other sizes than 32 work as well, as the bytes used are the same whatever the size.
        if self._whole_number("dklen") < 1:
            raise KeystoreError("kdfparams has no dklen above 0")
        if self.kdf == "scrypt":
            n, r, p = (self._whole_number(name) for name in "nrp")
            return _scrypt(password, salt, n, r, p)
        if self.kdf == "pbkdf2":
            rounds, prf = self._whole_number("c"), self._parameter("prf")
            if prf != PRF:
                raise KeystoreError(f"Unsupported PBKDF2 PRF: {prf}")
            if rounds > MAX_ROUNDS:
                raise KeystoreError("pbkdf2: parameters are too large")
            return hashlib.pbkdf2_hmac("sha256", password, salt, max(rounds, 1), DERIVED_SIZE)
        raise KeystoreError(f"Unsupported KDF: {self.kdf}")

    def _parameter(self, name: str) -> JsonValue:
        return (self.kdf_parameters or {}).get(name)

    def _whole_number(self, name: str) -> int:
        value = self._parameter(name)
        if isinstance(value, Number):
            return int(float(value.text))
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise KeystoreError(f"kdfparams has no number {name}")


def encrypt(key: Key, password: str) -> KeyFile:
    """The file of a key under a password, with fresh salt and initialisation vector."""
    salt, iv = secrets.token_bytes(SALT_SIZE), secrets.token_bytes(IV_SIZE)
    derived = _scrypt(password.encode(), salt, SCRYPT_N, SCRYPT_R, SCRYPT_P)
    ciphertext = _aes_ctr(derived, iv, key.xprv.raw)
    return KeyFile(
        cipher=CIPHER,
        ciphertext=ciphertext.hex(),
        iv=iv.hex(),
        kdf="scrypt",
        kdf_parameters={"dklen": DERIVED_SIZE, "n": SCRYPT_N, "p": SCRYPT_P, "r": SCRYPT_R, "salt": salt.hex()},
        mac=_mac(derived, ciphertext).hex(),
        id=key.id,
        type=key.key_type,
        version=VERSION,
        alias=key.alias,
        xpub=str(key.xpub),
    )


def _scrypt(password: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    if n <= 1 or n & (n - 1):
        raise KeystoreError("scrypt: N must be > 1 and a power of 2")
    if r < 1 or p < 1 or n * r * p > MAX_WORK or scrypt.memory_of(n, r, p) > MAX_SCRYPT_MEMORY:
        raise KeystoreError("scrypt: parameters are too large")
    if n.bit_length() > 16 * r:  # RFC 7914, which libsodium keeps to
        raise KeystoreError("scrypt: parameters are too large")
    try:
        return scrypt.derive(password, salt, n, r, p, DERIVED_SIZE)
    except MemoryError as error:
        needed = f"{scrypt.memory_of(n, r, p) >> 20} MiB"
        raise KeystoreError(
            f"opening this key takes {needed} of memory, which this machine has not free"
        ) from error


def _aes_ctr(derived: bytes, iv: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt: both are the same."""
    context = Cipher(algorithms.AES(derived[:16]), modes.CTR(iv)).encryptor()
    return context.update(data) + context.finalize()


def _mac(derived: bytes, ciphertext: bytes) -> bytes:
    return sha3_256(derived[16:32] + ciphertext)
