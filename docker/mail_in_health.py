"""Exit code 0 when some process reads the letters to support, this one or another, else 1."""

import asyncio
import sys

from db.database import Database
from db.health import is_held
from settings import Settings
from starter.mail_in.process import LOCK


async def is_read(database_url: str) -> bool:
    """Whether the lock of those that read is held."""
    async with Database(database_url, pool_size=1) as database:
        return await is_held(database, LOCK)


def main() -> int:
    """The exit code; any error is one line."""
    try:
        healthy = asyncio.run(is_read(Settings.from_environment().database_url))
    except Exception as error:
        print(f"mail-in: {error}", file=sys.stderr)  # noqa: T201  the engine keeps what a check says
        return 1
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
