"""A thin client of Telegram's Bot API: the few methods that support needs.

Sending has no idempotency key, so silence is told from refusal: only what certainly was not sent
may be sent again without a word.
"""

from gateways.telegram.errors import (
    TelegramAway,
    TelegramBlocked,
    TelegramBusy,
    TelegramFailure,
    TelegramRefused,
    TelegramSilent,
)
from gateways.telegram.gateway import Bot, SentFile, TelegramGateway

__all__ = [
    "Bot",
    "SentFile",
    "TelegramAway",
    "TelegramBlocked",
    "TelegramBusy",
    "TelegramFailure",
    "TelegramGateway",
    "TelegramRefused",
    "TelegramSilent",
]
