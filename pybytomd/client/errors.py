"""What may go wrong between a client and its node.

::

    ConfigError
    └── NoNode           no node of this user runs in the home that is named
    BytomError
    ├── NoAnswer         the node cannot be reached, or what it answered is of no use
    │   ├── NotReached   there was no connection: the node has not heard of the request
    │   ├── AnswerLost   the connection was lost: the node may have done what was asked, or not
    │   └── TurnedAway   the request reached no method, for want of credentials, say
    ├── OddAnswer        the answer has another shape than the method's
    └── Refused          the method failed: code, text, detail
"""

from __future__ import annotations

from pybytomd.errors import BytomError, ConfigError


class NoNode(ConfigError):
    """No node of this user runs in the home that is named; one may be started."""


class NoAnswer(BytomError):
    """The node cannot be reached, or what it answered is of no use. The context tells why."""

    message = "Unable to connect to the bytomd"


class NotReached(NoAnswer):
    """There was no connection: the node has not heard of the request, and it may be sent again."""


class AnswerLost(NoAnswer):
    """The connection was lost before the answer was there: the node may have done what was asked, or not."""


class TurnedAway(NoAnswer):
    """The request reached no method. ``status`` is HTTP's; ``code``, the error's, and ``detail``, what exactly is
    wrong, are the node's, and empty if it says nothing.
    """

    code: str  # type: ignore[misc] # of each error by itself, as the node says it

    def __init__(self, why: str, status: int, code: str = "", detail: str = "") -> None:
        super().__init__(context=(why,))
        self.status = status
        self.code = code
        self.detail = detail


class OddAnswer(BytomError):
    """The node answered something that its API does not have."""

    message = "the node's answer is not understood; is it a node of this API?"


class Refused(BytomError):
    """The method failed: the ``code`` of the error, such as BTM700, its ``text``, and the ``detail``."""

    code: str  # type: ignore[misc] # of each error by itself, as the node says it

    def __init__(self, text: str = "", *, detail: str = "", code: str = "") -> None:
        super().__init__(text, context=(detail,) if detail else ())
        self.code = code
        self.text = text
        self.detail = detail
