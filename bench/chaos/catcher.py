"""A mail catcher that forgets nothing: `python -m bench.chaos.catcher --port P --journal FILE`."""

import argparse
import asyncio
import base64
import json
import os
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
TAKEN = "250 OK"
PRIVATE_FILE = 0o600


class Journal:
    """Each letter is in the file before the sender hears that it is taken over.

    So a kill in between makes the sender repeat it, and both are counted.
    """

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """What aiosmtpd calls with a whole letter."""
        content = envelope.content
        assert isinstance(content, bytes)
        letter = {"to": envelope.rcpt_tos, "letter": base64.b64encode(content).decode()}
        # One write a letter, begun on a line of its own whatever a killed life left behind.
        os.write(self._file, f"\n{json.dumps(letter)}".encode())
        return TAKEN


async def catch(port: int, journal: Path) -> None:
    """Until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    kept = Journal(journal)
    server = await loop.create_server(lambda: SMTP(kept, hostname=HOST, loop=loop), HOST, port)
    async with server:
        await stopped.wait()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos.catcher", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    asked = parser.parse_args()
    asyncio.run(catch(asked.port, asked.journal))


if __name__ == "__main__":
    main()
