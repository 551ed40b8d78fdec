"""Catches mail until SIGTERM or SIGINT: `python -m stack.catcher --journal FILE …`."""

import argparse
import asyncio
from pathlib import Path

import uvicorn
from twisted.internet import asyncioreactor

from stack.catcher.letters import Letters
from stack.catcher.page import page
from stack.catcher.smtp import smtp_protocol
from stack.ports import LOOPBACK

_GOODBYE_SECONDS = 1


async def catch(asked: argparse.Namespace) -> None:
    """Everything in one event loop, so letters need no lock."""
    loop = asyncio.get_running_loop()
    asyncioreactor.install(loop)
    # Twisted takes the reactor that is installed when its protocols are first imported.
    from twisted.internet import reactor

    from stack.catcher import imap

    letters = Letters(asked.journal)
    imap.serve(reactor, letters, LOOPBACK, asked.imap_port)
    smtp = await loop.create_server(
        lambda: smtp_protocol(letters, LOOPBACK), LOOPBACK, asked.smtp_port
    )
    config = uvicorn.Config(
        page(letters),
        host=LOOPBACK,
        port=asked.http_port,
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    async with smtp:
        await uvicorn.Server(config).serve()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m stack.catcher", description=__doc__)
    for way in ("smtp", "imap", "http"):
        parser.add_argument(f"--{way}-port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True, help="where letters are kept")
    asyncio.run(catch(parser.parse_args()))


if __name__ == "__main__":
    main()
