"""Gives deliveries to programs: an event a line on standard input, exit status 0 if all of them were taken.

Programs are named in the configuration alone. Whoever has every right over the API still does not get to run one.
"""

from __future__ import annotations

import asyncio

from pybytomd.rpc.hooks.delivery import Delivery, NotDelivered

PROGRAM_SECONDS = 60.0
"""For a program to end; then it is killed, and what it was told is told again."""
MAX_COMPLAINT = 4096
"""Bytes that are read of what it says on standard error; the rest is thrown away."""
SHOWN = 200


class ProgramCarrier:
    """Runs the program of a hook, once for each delivery."""

    def __init__(self, seconds: float = PROGRAM_SECONDS) -> None:
        self._seconds = seconds

    async def carry(self, delivery: Delivery) -> None:
        """See ``Carrier``."""
        name, *arguments = delivery.hook.program
        try:
            process = await asyncio.create_subprocess_exec(
                name,
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except (OSError, ValueError) as error:
            raise NotDelivered(f"{name} cannot be started: {error}") from error
        try:
            async with asyncio.timeout(self._seconds):
                complaint = await _tell(process, delivery.lines())
                status = await process.wait()
        except TimeoutError as error:
            raise NotDelivered(f"{name} did not end in {self._seconds:.0f} seconds and was killed") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status != 0:
            said = complaint.decode("utf-8", "replace").strip()[:SHOWN]
            raise NotDelivered(f"{name} ended with status {status}" + (f": {said}" if said else ""))


async def _tell(process: asyncio.subprocess.Process, lines: bytes) -> bytes:
    """Write to a program and read what it complains about, both at once, for it may wait for either."""
    stdin, stderr = process.stdin, process.stderr
    if stdin is None or stderr is None:
        raise RuntimeError("the program was started without pipes")

    async def write() -> None:
        try:
            stdin.write(lines)
            await stdin.drain()
        except ConnectionError:
            return  # it does not want to know all; its status says whether that is well
        finally:
            stdin.close()

    async def read() -> bytes:
        kept = b""
        while part := await stderr.read(MAX_COMPLAINT):
            kept = (kept + part)[:MAX_COMPLAINT]
        return kept

    _, complaint = await asyncio.gather(write(), read())
    return complaint
