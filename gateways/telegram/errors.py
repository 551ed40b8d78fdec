"""What Telegram may answer instead of what was asked. No text has the token or a person's words."""

from datetime import timedelta


class TelegramFailure(Exception):  # noqa: N818  a failure as people call it
    """Any of the errors of this package."""


class TelegramAway(TelegramFailure):
    """The request certainly was not carried out: nobody could be reached."""


class TelegramSilent(TelegramFailure):
    """Nobody knows whether the request was carried out."""


class TelegramBusy(TelegramFailure):
    """Too many requests (429): nothing was done, and nothing will be for `retry_after`."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many requests")
        self.retry_after = retry_after


class TelegramRefused(TelegramFailure):
    """The request is wrong by itself; `code` is Telegram's, as HTTP has it."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}")
        self.code = code


class TelegramBlocked(TelegramRefused):
    """The account has blocked the bot, or is no more (403)."""
