"""Exit code 0 when some bot of ours has been at work lately, else 1; one that stands by is none."""

import asyncio
import sys
from datetime import UTC, datetime

from db.access.telegram import bot
from db.database import Database
from domain.ticket.telegram import is_at_work
from settings import Settings


async def works_lately(database_url: str) -> bool:
    """Whether the bot that was seen last still is."""
    async with Database(database_url, pool_size=1) as database:
        found = await database.row(bot())
    return found is not None and is_at_work(found.seen_at, datetime.now(UTC))


def main() -> int:
    """The exit code; any error is one line."""
    try:
        healthy = asyncio.run(works_lately(Settings.from_environment().database_url))
    except Exception as error:
        print(f"bot: {error}", file=sys.stderr)  # noqa: T201  the engine keeps what a check says
        return 1
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
