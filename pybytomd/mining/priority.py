"""Threads that leave the processor to others."""

from __future__ import annotations

import logging
import os
import sys
import threading

logger = logging.getLogger(__name__)

NICENESS = 10


def lower_priority() -> None:
    """Let the calling thread run only on what the rest of the machine leaves over.

    Linux knows a niceness of threads. Elsewhere it is one of the process, which serves peers and clients as well,
    so nothing is done.
    """
    if sys.platform != "linux":
        return
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    except OSError as error:
        logger.debug("the priority of a thread could not be lowered", extra={"err": error})
