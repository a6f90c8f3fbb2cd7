"""The limit of open files: raised as far as the system allows, since a shell usually starts with a fourth of it.

Databases, peers and API connections are all files, and one that cannot be opened is a failed write. The
reference's runtime does the same at its start.
"""

from __future__ import annotations

import logging
import sys

logger = logging.getLogger(__name__)

ENOUGH = 65_536


def raise_limit() -> None:
    """Raise the limit of open files to the highest that is allowed, or to what is enough."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as error:  # macOS allows less than it says
        logger.debug("the limit of open files stays as it is", extra={"limit": soft, "reason": str(error)})
