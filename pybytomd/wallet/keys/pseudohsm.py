"""The keys of this node: made, imported, listed, renamed, used for signing, removed.

Private keys are in encrypted files and are taken out for one signature each; nothing keeps them. Source:
wallet-and-keys reference, section 2; ``blockchain/pseudohsm``.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from pybytomd.clock import Clock
from pybytomd.codec.golang.gotext import lower, trim, words
from pybytomd.crypto import mnemonic
from pybytomd.crypto.chainkd import Path as DerivationPath
from pybytomd.crypto.chainkd import XPrv, XPub
from pybytomd.crypto.keystore import Key, KeyFile, KeystoreError, encrypt
from pybytomd.errors import BytomError, DecodeError
from pybytomd.wallet.errors import (
    BadXPubText,
    DuplicateKeyAlias,
    InvalidMnemonic,
    KeyNotLoaded,
    WrongMnemonicLength,
)
from pybytomd.wallet.keys.key_files import ANY_KEY, KeyFiles, KeyInfo, labelled_xpub

logger = logging.getLogger(__name__)

MNEMONIC_WORDS = 12
CONCURRENT_DECRYPTIONS = 2
"""A file may ask for half a gigabyte of memory while it is decrypted (``keystore.MAX_SCRYPT_MEMORY``)."""


class PseudoHSM:
    """The keys in a directory. Safe to use from several threads.

    A method that takes a password runs for some tens of milliseconds, so none of them belongs on an event loop.
    Where an ``xpub`` names a key, 64 zero bytes mean the only key there is, as in the reference.
    """

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._files = KeyFiles(directory, clock)
        self._lock = threading.Lock()
        """Held while the list of files is looked at or changed, never during an encryption."""
        self._change = threading.RLock()
        """Held during a whole change, so that changes happen one after the other."""
        self._decryptions = threading.BoundedSemaphore(CONCURRENT_DECRYPTIONS)

    def create(self, alias: str, password: str, language: str = mnemonic.DEFAULT_LANGUAGE) -> tuple[KeyInfo, str]:
        """Make a key and give the twelve words it can be made from again.

        Raises DuplicateKeyAlias, MnemonicError for a language without words, KeystoreError.
        """
        alias = lower(trim(alias))
        with self._change:
            self._refuse_known(alias)
            sentence = mnemonic.sentence_of(mnemonic.new_entropy(), language)
            return self._store(alias, password, sentence), sentence

    def import_mnemonic(
        self, alias: str, password: str, sentence: str, language: str = mnemonic.DEFAULT_LANGUAGE
    ) -> KeyInfo:
        """Make the key of twelve words.

        Quirks: whether the alias is taken is asked in lower case, but it is kept as it is given; the checksum of
        the words is not looked at; and the same key can be imported twice. Where we differ: such a key goes on to
        sign, with the password of either file, and the log says so; the reference finds it ambiguous.

        Raises WrongMnemonicLength, DuplicateKeyAlias, InvalidMnemonic, KeystoreError.
        """
        if len(words(sentence)) != MNEMONIC_WORDS:
            raise WrongMnemonicLength
        with self._change:
            self._refuse_known(lower(trim(alias)))
            if not mnemonic.is_importable(sentence, language):
                raise InvalidMnemonic
            info = self._store(alias, password, sentence)
        others = [key.alias for key in self.list() if key.xpub == info.xpub and key.file != info.file]
        if others:
            logger.warning("a key was imported again", extra={"key": alias, "others": others})
        return info

    def list(self) -> list[KeyInfo]:
        """All keys, by the path of their files."""
        with self._lock:
            return self._files.keys()

    def find(self, xpub: XPub) -> KeyInfo:
        """The key with this public half. Raises KeyNotLoaded, or KeystoreError if there are several."""
        return _only_one(self._files_of(xpub))

    def _files_of(self, xpub: XPub) -> Sequence[KeyInfo]:
        """All files of a key, or of the only one that is listed.

        Raises KeyNotLoaded, or KeystoreError if there are several keys to choose from.
        """
        with self._lock:
            keys = self._files.keys(nameless=xpub != ANY_KEY)
        found = [key for key in keys if xpub in (ANY_KEY, key.xpub)]
        if not found:
            raise KeyNotLoaded
        if any(key.xpub != found[0].xpub for key in found):
            _only_one(found)
        return found

    def _opened(self, xpub: XPub, password: str) -> Sequence[tuple[KeyInfo, Key]]:
        """The files of a key that a password opens, at least one.

        Raises what ``_files_of`` does, WrongPassword, and KeystoreError or DecodeError if there is but one file.
        """
        opened: list[tuple[KeyInfo, Key]] = []
        failures: list[BytomError] = []
        for info in self._files_of(xpub):
            try:
                opened.append((info, self._decrypt(info, password)))
            except BytomError as error:
                failures.append(error)
        if not opened:
            raise failures[0]
        return opened

    def update_alias(self, xpub: XPub, alias: str) -> None:
        """Give a key another alias. Quirk: with an empty one it is gone from the list, though its file stays.

        Where we differ: it signs all the same, and can be given an alias again.

        Raises what ``find`` does, DuplicateKeyAlias (also for its own), KeystoreError, DecodeError.
        """
        with self._change:
            info = self.find(xpub)
            contents = self._files.read(info)
            alias = lower(trim(alias))
            self._refuse_known(alias)
            self._write(info.file.name, contents.with_alias(alias))

    def check_password(self, xpub: XPub, password: str) -> bool:
        """Whether a key is there and this is its password."""
        try:
            self.load(xpub, password)
        except KeyNotLoaded:
            return False
        return True

    def reset_password(self, xpub: XPub, old_password: str, new_password: str) -> None:
        """Encrypt a key anew, in each file that the password opens.

        Raises KeyNotLoaded, WrongPassword, KeystoreError, DecodeError.
        """
        with self._change:
            for info, key in self._opened(xpub, old_password):
                self._write(info.file.name, encrypt(key, new_password))

    def delete(self, xpub: XPub, password: str) -> None:
        """Remove a key and its file for good. If it is in several files the password must open only one of them.

        Raises KeyNotLoaded, WrongPassword, KeystoreError, DecodeError.
        """
        with self._change:
            info = _only_one([info for info, _ in self._opened(xpub, password)])
            with self._lock:
                self._files.remove(info)
        logger.info("key removed", extra={"key": info.alias})

    def load(self, xpub: XPub, password: str) -> XPrv:
        """The private key, for several signatures in a row; do not keep it.

        Raises KeyNotLoaded, whatever is wrong.
        """
        try:
            *others, last = self._files_of(xpub)
            for info in others:
                with suppress(BytomError):
                    return self._decrypt(info, password).xprv
            return self._decrypt(last, password).xprv
        except KeyNotLoaded:
            raise
        except BytomError as error:
            raise KeyNotLoaded from error

    def sign(self, xpub: XPub, path: DerivationPath, message: bytes, password: str) -> bytes:
        """The signature of a message with the key at a path below a root key.

        Raises KeyNotLoaded, ScalarOverflow.
        """
        return self.load(xpub, password).derive(path).sign(message)

    def backup(self) -> tuple[KeyFile, ...]:
        """The files of all keys that are listed, still encrypted. Raises KeystoreError, DecodeError.

        Quirk: those without alias are not among them; the log says so.
        """
        listed = self.list()
        with self._lock:
            left_out = [key.file_text for key in self._files.keys(nameless=True) if key not in listed]
        if left_out:
            logger.warning("keys without alias are not in the backup: give them one", extra={"files": left_out})
        return tuple(self._files.read(info) for info in listed)

    def restore(self, image: Sequence[KeyFile]) -> None:
        """Write the files of an image; keys that are here already are passed over.

        They are taken as they are, as there is no password to check them with. Raises BadXPubText,
        DuplicateKeyAlias, KeystoreError; what was written before stays.
        """
        with self._change:
            for contents in image:
                self._restore_one(contents)

    def _restore_one(self, contents: KeyFile) -> None:
        try:
            xpub = labelled_xpub(contents)
        except DecodeError as error:
            raise BadXPubText from error
        if any(key.xpub == xpub for key in self.list()):
            logger.warning("a key exists already and is not restored", extra={"key": contents.alias})
            return
        self._refuse_known(contents.alias)
        name = self._files.new_name(PurePosixPath(contents.id).name)
        self._write(name, contents)

    def _refuse_known(self, alias: str) -> None:
        if any(key.alias == alias for key in self.list()):
            raise DuplicateKeyAlias

    def _store(self, alias: str, password: str, sentence: str) -> KeyInfo:
        key = Key(str(uuid.uuid4()), alias, XPrv.from_seed(mnemonic.seed_of(sentence)))
        info = self._write(self._files.new_name(key.id), encrypt(key, password))
        logger.info("key stored", extra={"key": alias, "file": info.file_text})
        return info

    def _write(self, name: str, contents: KeyFile) -> KeyInfo:
        with self._lock:
            return self._files.write(name, contents)

    def _decrypt(self, info: KeyInfo, password: str) -> Key:
        contents = self._files.read(info)
        with self._decryptions:
            key = contents.decrypt(password)
        if key.alias != info.alias:
            have, want = key.alias.encode().hex(), info.alias.encode().hex()
            raise KeystoreError(f"key content mismatch: have account {have}, want {want}")
        return key


def _only_one(found: Sequence[KeyInfo]) -> KeyInfo:
    """The file there is. Raises KeystoreError if there are several."""
    if len(found) > 1:
        raise KeystoreError(f"multiple keys match keys ({', '.join(key.file_text for key in found)})")
    return found[0]
