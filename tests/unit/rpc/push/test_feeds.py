"""Transaction feeds: the filter language, and what is stored."""

from __future__ import annotations

from typing import SupportsIndex

import pytest

from pybytomd.codec.json import gojson
from pybytomd.errors import RequestError, StoreError
from pybytomd.rpc.push.feed_filter import MAX_NESTING, check_filter, parse_filter
from pybytomd.rpc.push.feeds import MAX_FEEDS, FeedParameters, FeedStore
from pybytomd.rpc.push.filter_expressions import Item, asks_for_type, holds, is_applicable
from pybytomd.rpc.schema.replies import to_json
from pybytomd.store.kv.memory_db import MemoryStore

# Each answered so by the reference.
WRONG = [
    ("asset_id = 5", "= expects operands of matching types"),
    ("nope='x'", "invalid attribute: nope"),
    ("asset_id", "filter predicate must evaluate to bool, got string"),
    ("5", "filter predicate must evaluate to bool, got integer"),
    ("asset_id='x' AND", "col 16: got , expected identifier"),
    ("(asset_id='x'", "col 13: got , expected )"),
    ("asset_id='x", "col 9: string literal not terminated"),
    ("asset_id='x' asset_id='y'", "col 13: got asset_id, expected EOF"),
    ("asset_id>'x'", "col 8: illegal character '>'"),
    ("asset_id='x'\n", "col 12: illegal character '\\n'"),
    ("asset_id='x' OR amount_lower_limit=01", "col 35: illegal leading 0 in number"),
    ("amount_lower_limit=0x", "col 19: illegal hexadecimal number"),
    ("amount_lower_limit=99999999999999999999", 'col 19: invalid integer: "99999999999999999999"'),
    ("$0=1", 'col 0: invalid placeholder: "$0"'),
    ("$=1", "col 0: illegal $ character"),
    ("asset_id='a\\\\b'", "col 9: illegal backslash in string literal"),
    ("inputs(asset_id='x')", "invalid environment `inputs`"),
    ("asset_id.x='y'", "selector `.` can only be used on objects"),
    ("(asset_id='x')=(asset_id='y')", "= expects integer or string operands"),
    ("asset_id='x' AND 5", "AND expects bool operands"),
    ("()", "col 1: got ), expected identifier"),
    ("AND", "col 0: got AND, expected identifier"),
    ("é='x'", "invalid attribute: é"),
    ("asset_id='é' AND \"", "col 18: illegal character '\"'"),
    ("\x00", "col 1: illegal character NUL"),
    ("\ufeffa=1", "col 0: illegal byte order mark"),
]


@pytest.mark.parametrize(("text", "expected"), WRONG, ids=range(len(WRONG)))
def test_wrong_filters(text: str, expected: str) -> None:
    with pytest.raises(RequestError) as raised:
        check_filter(text)
    assert str(raised.value) == f"{expected}: invalid query filter"


@pytest.mark.parametrize(
    "text",
    ["", "asset_id='x'", "$1", "$1=$2", "$1.x='y'", "'a'='b' AND 5=0x5", "1=1\tOR 2=2 AND 3=3", "(1=1)",
     "amount_upper_limit=$1 OR (trans_type=$2 AND asset_id='é')", "'AND'='OR'"],
)  # fmt: skip
def test_right_filters(text: str) -> None:
    check_filter(text)


def test_parentheses_are_bounded() -> None:
    check_filter("(" * MAX_NESTING + "1=1" + ")" * MAX_NESTING)
    with pytest.raises(RequestError):
        check_filter("(" * 100_000 + "1=1")


def test_selectors_may_be_a_long_row() -> None:
    """Far longer than calls may be inside each other."""
    check_filter("$1" + ".x" * 20_000 + " = 'y'")
    with pytest.raises(RequestError, match=r"selector `\.` can only be used on objects"):
        check_filter("asset_id" + ".x" * 20_000 + " = 'y'")


class _Counted(str):
    """A text that counts the letters of the pieces that are taken of it."""

    __slots__ = ("letters",)
    letters: int

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        piece = super().__getitem__(key)
        self.letters += len(piece)
        return piece


def test_reading_a_filter_takes_time_by_its_length() -> None:
    text = _Counted("asset_id='x'" + " AND asset_id='x'" * 2_000)
    text.letters = 0
    check_filter(text)
    assert text.letters < 20 * len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", b"{}"),
        ("asset_id='BRANDX'", b'{"assetid":"BR"}'),
        (
            "trans_type='control' OR asset_id='aa'",
            b'{"assetid":"controlORasset_id=aa","transtype":"controlORasset_id=aa"}',
        ),
        ("amount_lower_limit=50 AND amount_upper_limit=0x10", b'{"lowerlimit":50}'),
        ("amount_lower_limit=$1", b"{}"),
        ("amount_lower_limit=9223372036854775808", b'{"lowerlimit":9223372036854775807}'),
        ("amount_lower_limit=-5", b'{"lowerlimit":18446744073709551611}'),
        ("amount_lower_limit=" + "9" * 5000, b'{"lowerlimit":9223372036854775807}'),
    ],
)
def test_parameters_are_looked_for_naively(text: str, expected: bytes) -> None:
    assert gojson.dumps(to_json(FeedParameters.of(text))) == expected


def test_keys_are_the_json_of_the_alias() -> None:
    database = MemoryStore()
    FeedStore(database).create("f<2>", "")
    assert dict(database.iterate()) == {b'"f\\u003c2\\u003e"': b'{"alias":"f\\u003c2\\u003e","param":{}}'}


def test_checks_come_in_the_order_of_the_reference() -> None:
    feeds = FeedStore(MemoryStore())
    feeds.create("a", "")
    for alias, text, expected in (
        ("", "x", "invalid attribute: x: invalid query filter"),
        ("", "", "a transaction feed with empty alias: empty feed alias"),
        ("a", "", "txfeed alias must unique: duplicate feed alias"),
    ):
        with pytest.raises(RequestError) as raised:
            feeds.create(alias, text)
        assert str(raised.value) == expected
    with pytest.raises(RequestError) as raised:
        feeds.delete("")
    assert str(raised.value) == "del transaction feed with empty alias: empty feed alias"
    with pytest.raises(RequestError) as raised:
        feeds.get("nope")
    assert str(raised.value) == "No transaction feed"


def test_there_is_a_limit() -> None:
    database = MemoryStore()
    feeds = FeedStore(database)
    for number in range(MAX_FEEDS):
        feeds.create(f"f{number}", "")
    with pytest.raises(RequestError, match="txfeed exceed limit"):
        FeedStore(database).create("more", "")
    feeds.delete("f0")
    feeds.create("more", "")


def test_an_update_with_a_wrong_filter_loses_the_feed() -> None:
    feeds = FeedStore(MemoryStore())
    feeds.update("new", "asset_id='x'")
    with pytest.raises(RequestError):
        feeds.update("new", "x")
    assert feeds.list() == []
    feeds.delete("new")


def test_a_list_carries_over_what_a_feed_leaves_out() -> None:
    feeds = FeedStore(MemoryStore())
    first = "asset_id='ff' AND amount_lower_limit = 50 AND amount_upper_limit = 100"
    feeds.create("f1", first)
    feeds.create("f4", "amount_lower_limit=$1")
    feeds.create("f5", "")
    listed = to_json(feeds.list())
    param = {"assetid": "ff", "lowerlimit": 50, "upperlimit": 100}
    assert listed == [
        {"alias": "f1", "filter": first, "param": param},
        {"alias": "f4", "filter": "amount_lower_limit=$1", "param": param},
        {"alias": "f5", "filter": "amount_lower_limit=$1", "param": param},
    ]  # fmt: skip


def test_one_feed_is_shown_as_stored() -> None:
    database = MemoryStore()
    database.put(b'"x"', b'{"param":{"b":1.50,"a":100000000000000000000000},"alias":"x"}')
    assert gojson.dumps(FeedStore(database).get("x")) == b'{"alias":"x","param":{"a":1e+23,"b":1.5}}'


def test_damaged_feeds_are_an_error() -> None:
    database = MemoryStore()
    database.put(b'"x"', b"{")
    with pytest.raises(StoreError):
        FeedStore(database).list()
    with pytest.raises(StoreError):
        FeedStore(database).get("x")


GOLD = "ab" * 32


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        (f"asset_id = '{GOLD}'", True),
        (f"'{GOLD}' = asset_id", True),
        ("asset_id = 'cd'", False),
        ("amount_lower_limit = 50", True),
        ("amount_lower_limit = 0x32", True),
        ("amount_lower_limit = 51", False),
        ("51 = amount_lower_limit", False),
        ("amount_upper_limit = 50", True),
        ("amount_upper_limit = 49", False),
        ("amount_lower_limit = 10 AND amount_upper_limit = 60", True),
        ("amount_lower_limit = amount_upper_limit", True),
        ("trans_type = 'control'", True),
        ("trans_type = 'spend'", False),
        ("trans_type = asset_id", False),
        ("'a' = 'a'", True),
        ("1 = 2", False),
        ("1 = 2 AND 1 = 1 OR 1 = 1", True),
        ("1 = 1 OR 1 = 2 AND 1 = 2", True),
        ("(1 = 1 OR 1 = 2) AND 1 = 2", False),
        ("1 = 2 OR (1 = 1 AND trans_type = 'control')", True),
        ("1 = 1 AND 1 = 2 AND 1 = 1", False),
    ],
)
def test_a_filter_is_true_of_an_item_or_not(text: str, matches: bool) -> None:
    expression = parse_filter(text)
    assert expression is not None
    assert is_applicable(expression)
    assert holds(expression, Item(GOLD, 50, "control")) == matches


def test_what_is_known_of_a_filter_before_it_is_applied() -> None:
    for text, types, applicable in (
        ("asset_id = $1", False, False),
        ("$1", False, False),
        ("$1.x = 5", False, False),
        ("1 = 1 OR (1 = 2 AND trans_type = 'issue')", True, True),
    ):
        expression = parse_filter(text)
        assert expression is not None
        assert (asks_for_type(expression), is_applicable(expression)) == (types, applicable)
    assert parse_filter("") is None


def test_a_filter_may_be_a_long_row() -> None:
    """Far longer than calls may be inside each other."""
    row = parse_filter(" OR ".join(["1 = 2"] * 5_000 + ["1 = 1"]))
    assert row is not None
    assert holds(row, Item(GOLD, 50, "control"))
    with pytest.raises(RequestError, match="OR expects bool operands"):
        check_filter(" OR ".join(["1 = 2"] * 5_000 + ["5"]))
