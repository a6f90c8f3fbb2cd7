"""Signatures at the edges of what ed25519 verifiers accept, with the verdict of consensus.

Each message is one byte followed by 31 zeros. Source: vm-and-validation reference, section 2.3, recorded from the
Go node.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """One signature and whether consensus accepts it."""

    case: str
    public_key: bytes
    message: bytes
    signature: bytes
    accepted: bool


_ROWS = (
    (
        "honest",
        "d6a4110f2739c42378dd28a46a685a2e8965a51d9da990a8a8b7e40d894461d0",
        0,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949ac2f680d9414fb17f7a7776cfacf4aeea7a7ab1a60b49de897721c74548bcb50f",
        True,
    ),
    (
        "S+L",
        "d6a4110f2739c42378dd28a46a685a2e8965a51d9da990a8a8b7e40d894461d0",
        0,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949aafca76365cb2c3d750146e728bee8dff7a7ab1a60b49de897721c74548bcb51f",
        True,
    ),
    (
        "S+2L",
        "d6a4110f2739c42378dd28a46a685a2e8965a51d9da990a8a8b7e40d894461d0",
        0,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949a9c9e6c937615d62f27b165156ae86c147b7ab1a60b49de897721c74548bcb52f",
        False,
    ),
    (
        "key of small order, [h]A = 0",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        13,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949af3a8a7405328958d49a2d4e1b5d958e7a493feaed27248b762e3ab5805f0760a",
        True,
    ),
    (
        "key of small order, [h]A not 0",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        0,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949af3a8a7405328958d49a2d4e1b5d958e7a493feaed27248b762e3ab5805f0760a",
        False,
    ),
    (
        "y of the key is p",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        2,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949af3a8a7405328958d49a2d4e1b5d958e7a493feaed27248b762e3ab5805f0760a",
        True,
    ),
    (
        "y of the key is p+1, with sign",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        0,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949af3a8a7405328958d49a2d4e1b5d958e7a493feaed27248b762e3ab5805f0760a",
        True,
    ),
    (
        "y of the key is 1, with sign",
        "0100000000000000000000000000000000000000000000000000000000000080",
        0,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949af3a8a7405328958d49a2d4e1b5d958e7a493feaed27248b762e3ab5805f0760a",
        True,
    ),
    (
        "R is the identity",
        "d6a4110f2739c42378dd28a46a685a2e8965a51d9da990a8a8b7e40d894461d0",
        0,
        "01000000000000000000000000000000000000000000000000000000000000009506c67a2a286f75ec8d79511849ac9f4d3648e0a8e6b645c51132d3a843bb0a",
        True,
    ),
    (
        "R is the identity, not canonical",
        "d6a4110f2739c42378dd28a46a685a2e8965a51d9da990a8a8b7e40d894461d0",
        0,
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f48d5318aa10c18b525a8a420dfbd1badf2ff7678a705e06fc937e22dcde9fb00",
        False,
    ),
    (
        "key of mixed order, holds only with the cofactor",
        "964a28d94e8f049d9fc048b9b74094e63bced5197bf67b0ac125c55276df558b",
        0,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949a72e5fe836ea1d04eea6f8b0bcfeb40a327751b7048f23e19b04f5c6c317c950f",
        False,
    ),
    (
        "key of mixed order, [h]T = 0",
        "964a28d94e8f049d9fc048b9b74094e63bced5197bf67b0ac125c55276df558b",
        1,
        "87bbc12116ac2517d0660b8befc3f361fa04e2acf8444a93e99e1c49a5c3949ab55fb60f359887f73119afc9f9792a340c4a48767f5530911ba1633c20bdfb0c",
        True,
    ),
    (
        "key and R of mixed order",
        "964a28d94e8f049d9fc048b9b74094e63bced5197bf67b0ac125c55276df558b",
        4,
        "c52a848dcac84287ced7bf1e223009d2c890f4a95587ae044562591045fe7a8e7b452edea2f8f349dc8fadab0088fd14c7962c3a89067136dda40597502b8b0c",
        True,
    ),
    (
        "all of small order, S = 0",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        7,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa0000000000000000000000000000000000000000000000000000000000000000",
        True,
    ),
    (
        "all of small order, S = L",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        4,
        "0100000000000000000000000000000000000000000000000000000000000000edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        True,
    ),
)

KNOWN_ANSWERS = tuple(
    KnownAnswer(case, bytes.fromhex(key), bytes((first,)) + bytes(31), bytes.fromhex(signature), accepted)
    for case, key, first, signature, accepted in _ROWS
)
