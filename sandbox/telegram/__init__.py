"""Telegram's Bot API for one bot, with accounts that one plays oneself, and faults on request."""
