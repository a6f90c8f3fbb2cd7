"""What is said of an access token that there is, on either chain: its id, and its secret."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.rpc.schema.field_types import Text


@dataclass(frozen=True, slots=True)
class TokenIdRequest:
    """The id of a token."""

    id: Text = ""


@dataclass(frozen=True, slots=True)
class CheckTokenRequest:
    """The id and the secret of a token."""

    id: Text = ""
    secret: Text = ""
