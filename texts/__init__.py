"""Texts that people read: by key and language, sums and dates in their forms, whole letters."""

from texts.catalogue import Language, translate, translate_many
from texts.formatting import (
    day,
    day_in_words,
    deadline,
    hours,
    moment,
    number,
    percent,
    rubles,
    rubles_in_words,
)
from texts.letters import Letter, Message, letter, message

__all__ = [
    "Language",
    "Letter",
    "Message",
    "day",
    "day_in_words",
    "deadline",
    "hours",
    "letter",
    "message",
    "moment",
    "number",
    "percent",
    "rubles",
    "rubles_in_words",
    "translate",
    "translate_many",
]
