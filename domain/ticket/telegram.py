"""Support in Telegram: what an account sends, the steps of a draft, and what its buttons say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MESSAGE_CHARACTERS = 255
"""Of one message of a draft, by source 004."""
MESSAGES_AT_MOST = 20
"""Of one draft."""
FILE_BYTES = 20 * 1024 * 1024
"""What a bot may download."""
PHOTO_BYTES = 10 * 1024 * 1024
"""What a bot may send as a picture; as a document it may send 50 MiB, and our files have 20."""
TOPIC_CHARACTERS = 200
ACTIVE_TICKETS = 10
"""Listed by `/start`, the newest first; the others are in the cabinet."""
PART_CHARACTERS = 1_800
"""Of one part of our answer, as the trigger `queue_answer_to_telegram` counts them."""
LINK_MINUTES = 10
"""How long a one-time link opens."""
DATA_BYTES = 64
"""Telegram takes no longer `callback_data`."""
SEEN_EVERY = timedelta(seconds=30)
"""How often a bot that works says so."""
GONE_AFTER = timedelta(minutes=2)
"""A bot that has not said so for longer does not work."""
NO_CHAT = 0
"""Where an update is from that names no chat."""


def is_at_work(seen_at: datetime, now: datetime) -> bool:
    """Whether a bot works, by when it last said so."""
    return now - seen_at < GONE_AFTER


class Step(StrEnum):
    """What a draft waits for; an answer to a ticket has messages only."""

    ORGANISATION = "organisation"
    DEPARTMENT = "department"
    TOPIC = "topic"
    SUBJECT = "subject"
    MESSAGES = "messages"


class Kind(StrEnum):
    """What an update is to us."""

    TEXT = "text"
    FILE = "file"
    EDITED = "edited"
    PRESSED = "pressed"
    BLOCKED = "blocked"
    """The account has blocked the bot."""
    UNREADABLE = "unreadable"
    """A sticker, a voice message, and whatever else is neither text nor a file."""
    IN_GROUP = "in_group"
    """A command in a group, where the bot does nothing but say so."""
    NOTHING = "nothing"
    """What asks for no answer."""


@dataclass(frozen=True)
class ChatFile:
    """A file as Telegram names it; `size` in bytes, 0 where Telegram does not say."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True)
class Heard:
    """An update, read. `account` is how people know the account; `press` answers a button."""

    chat_id: int
    kind: Kind
    account: str = ""
    language: str = ""
    message_id: int = 0
    text: str = ""
    file: ChatFile | None = None
    press: str = ""

    @property
    def command(self) -> str:
        """`/start` and its kin, without the bot's name; empty for any other text."""
        if self.kind is not Kind.TEXT or not self.text.startswith("/"):
            return ""
        return self.text.split()[0].partition("@")[0].lower()

    @property
    def argument(self) -> str:
        """What follows a command."""
        return self.text.partition(" ")[2].strip()


class Verb(StrEnum):
    """What a button asks for; its first letters in `callback_data`."""

    NEW = "new"
    CHOOSE = "c"
    """Of a draft: an organisation or a department, by its place in the list that was shown."""
    SKIP = "s"
    FINISH = "f"
    DROP = "d"
    SHOW = "t"
    REPLY = "r"
    ARCHIVE = "a"


@dataclass(frozen=True)
class Button:
    """`subject` is the number of a draft or of a ticket; `step` is the draft's, `value` its choice.
    A button of a draft carries the step that it was shown at: later it is stale.
    """

    verb: Verb
    subject: int = 0
    step: Step | None = None
    value: str = ""

    @property
    def data(self) -> str:
        """As `callback_data`; raises ValueError above `DATA_BYTES`."""
        written = f"{self.verb}:{self.subject}:{self.step or ''}:{self.value}"
        if len(written.encode()) > DATA_BYTES:
            raise ValueError("a button says too much")
        return written


def button_in(data: str) -> Button | None:
    """What a button said; None for what no button of ours says."""
    verb, _, rest = data.partition(":")
    subject, _, rest = rest.partition(":")
    step, _, value = rest.partition(":")
    try:
        return Button(Verb(verb), int(subject), Step(step) if step else None, value)
    except ValueError:
        return None
