"""Updates as they come, whichever way: each is stored before Telegram is told to forget it."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from db.database import Database
from db.ticket import telegram_updates
from gateways.telegram.reading import chat_of, storable

MAX_NUMBER: Final = 2**63 - 1
"""The highest number of an update that the database takes."""

log = structlog.get_logger()


async def stored(database: Database, bot_id: int, updates: Sequence[Mapping[str, Any]]) -> int:
    """Stores updates, each once; the highest number among them, 0 where none has one. One whose
    number no database takes is left out and counted in the log, and is not asked for again.
    """
    numbered = [one for one in updates if _is_number(one.get("update_id"))]
    known = [one for one in numbered if one["update_id"] <= MAX_NUMBER]
    if len(known) < len(updates):
        log.warning("telegram.updates_unreadable", bot=bot_id, count=len(updates) - len(known))
    rows = [
        {"update_id": one["update_id"], "chat_id": chat_of(one), "payload": storable(one)}
        for one in known
    ]
    if rows:
        await telegram_updates.put(database, bot_id, rows, datetime.now(UTC))
    return max((one["update_id"] for one in numbered), default=0)


def webhook_secret(code_key: str) -> str:
    """What Telegram says with each update that it brings, so that we know it by."""
    return hmac.new(code_key.encode(), b"telegram webhook", "sha256").hexdigest()


def _is_number(found: Any) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and found > 0
