import pytest

from pybytomd.codec import bech32
from pybytomd.errors import DecodeError


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("bm1q3vxk", "invalid index of 1"),
        ("bm1qbgj3é97fw7405", "invalid character in string: 'Ã'"),
        ("bm1Qqqqqqqqq", "string not all lowercase or all uppercase"),
        ("bm1", "invalid bech32 string length 3"),
    ],
)
def test_errors_are_the_references(text: str, error: str) -> None:
    with pytest.raises(DecodeError) as caught:
        bech32.decode(text)
    assert str(caught.value) == error
