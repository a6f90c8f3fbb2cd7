"""What signing relies on from whoever has the keys, over the real one and the one that other tests sign with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPub
from pybytomd.wallet.errors import KeyNotLoaded
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.signing import Keys
from tests.unit.wallet.keys.test_pseudohsm import SENTENCE
from tests.unit.wallet.spend.small_wallet import ALICE, PASSWORDS, FewKeys

Make = Callable[[Path], tuple[Keys, XPub, str]]


def files(directory: Path) -> tuple[Keys, XPub, str]:
    hsm = PseudoHSM(directory, ManualClock())
    return hsm, hsm.import_mnemonic("a", "password", SENTENCE).xpub, "password"


def in_memory(_: Path) -> tuple[Keys, XPub, str]:
    return FewKeys(ALICE), ALICE.xpub, PASSWORDS[ALICE.xpub]


EVERY: list[Make] = [files, in_memory]


@pytest.mark.parametrize("make", EVERY)
def test_the_key_of_a_public_half_and_its_password(make: Make, tmp_path: Path) -> None:
    keys, xpub, password = make(tmp_path)
    assert keys.load(xpub, password).xpub == xpub


@pytest.mark.parametrize("make", EVERY)
def test_a_wrong_password_and_an_unknown_key_are_one_error(make: Make, tmp_path: Path) -> None:
    keys, xpub, password = make(tmp_path)
    for asked, text in ((xpub, password + "?"), (XPub(b"\x05" * 64), password)):
        with pytest.raises(KeyNotLoaded) as raised:
            keys.load(asked, text)
        assert type(raised.value) is KeyNotLoaded
