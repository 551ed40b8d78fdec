"""The IMAP side, for programs: IMAP4rev1 with one mailbox, INBOX, in each account.

The names that Twisted asks for are Twisted's (`IMailboxIMAP`, `IMessageIMAP`). Flags live as long
as the process; letters outlive it, and a letter's UID is its number.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from email import policy
from email.message import MIMEPart
from email.utils import format_datetime
from io import BytesIO
from typing import Any

from twisted.internet.interfaces import IReactorTCP
from twisted.internet.protocol import Factory
from twisted.mail.imap4 import IMAP4Server, MemoryAccount, MessageSet
from twisted.mail.interfaces import (
    IAccountIMAP,
    IMailboxIMAP,
    IMailboxIMAPListener,
    IMessageIMAP,
    IMessageIMAPFile,
)
from zope.interface import implementer

from stack.catcher.letters import Letter, Letters

INBOX = "INBOX"
DELETED = "\\Deleted"
SEEN = "\\Seen"
FLAGS = (SEEN, "\\Answered", "\\Flagged", DELETED, "\\Draft")
CRLF = policy.default.clone(linesep="\r\n")
READ_ONLY = "letters come by SMTP: this mailbox takes none"
"""The answer to a client that tries to append a letter."""


@implementer(IMessageIMAP, IMessageIMAPFile)
class Part:
    """A letter or one of its parts, as Twisted asks for it."""

    def __init__(self, message: MIMEPart, content: bytes) -> None:
        self._message = message
        self._content = content

    def getHeaders(self, negate: bool, *names: bytes | str) -> dict[str, str]:  # noqa: N802
        """By lower-case name, as they were sent; only those named, or with `negate` the others."""
        wanted = {_text(name).lower() for name in names}
        found: dict[str, str] = {}
        for name, value in self._message.raw_items():
            if (name.lower() in wanted) is not negate:
                found.setdefault(name.lower(), str(value))
        return found

    def getBodyFile(self) -> BytesIO:  # noqa: N802
        """What follows the headers, byte for byte."""
        return BytesIO(self._content.partition(b"\r\n\r\n")[2])

    def getSize(self) -> int:  # noqa: N802
        """In bytes."""
        return len(self._content)

    def isMultipart(self) -> bool:  # noqa: N802
        """Whether it has parts of its own."""
        return self._message.is_multipart()

    def getSubPart(self, part: int) -> "Part":  # noqa: N802
        """Counted from 0; IndexError says that there is none."""
        parts = list(self._message.iter_parts())
        return Part(parts[part], parts[part].as_bytes(policy=CRLF))

    def open(self) -> BytesIO:
        """The whole, byte for byte."""
        return BytesIO(self._content)


class Message(Part):
    """A letter in a mailbox, with the mailbox's flags for it."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(letter.message, letter.entry.content)
        self.letter = letter
        self.flags: set[str] = set()

    def getUID(self) -> int:  # noqa: N802
        """Its number among all letters."""
        return self.letter.number

    def getFlags(self) -> list[str]:  # noqa: N802
        """In no order."""
        return sorted(self.flags)

    def getInternalDate(self) -> str:  # noqa: N802
        """When it was taken over."""
        return format_datetime(self.letter.at)


@implementer(IMailboxIMAP)
class Inbox:
    """An account's mailbox, shared by its connections; it hears of letters as they come."""

    def __init__(self, letters: Letters, account: str) -> None:
        self._account = account
        self._letters = letters
        self._messages = [Message(letter) for letter in letters.of(account)]
        self._listeners: list[IMailboxIMAPListener] = []
        letters.watch(self._arrived)

    def _arrived(self, letter: Letter) -> None:
        if letter.is_for(self._account):
            self._messages.append(Message(letter))
            for listener in self._listeners:
                listener.newMessages(len(self._messages), None)

    def getUIDValidity(self) -> int:  # noqa: N802
        """Numbers are never given again."""
        return 1

    def getUIDNext(self) -> int:  # noqa: N802
        """The number of the next letter to whomever."""
        return len(self._letters) + 1

    def getUID(self, message: int) -> int:  # noqa: N802
        """Of the message at this place, counted from 1."""
        return self._messages[message - 1].getUID()

    def getMessageCount(self) -> int:  # noqa: N802
        """All that are not expunged."""
        return len(self._messages)

    def getRecentCount(self) -> int:  # noqa: N802
        """Nothing here tells sessions apart."""
        return 0

    def getUnseenCount(self) -> int:  # noqa: N802
        """Without the flag of those that were read."""
        return sum(SEEN not in message.flags for message in self._messages)

    def isWriteable(self) -> bool:  # noqa: N802
        """Flags are; see `addMessage`."""
        return True

    def getFlags(self) -> list[str]:  # noqa: N802
        """Those that a message may have."""
        return list(FLAGS)

    def getHierarchicalDelimiter(self) -> str:  # noqa: N802
        """There is no hierarchy, but a sign for it."""
        return "/"

    def requestStatus(self, names: Iterable[str]) -> dict[str, int]:  # noqa: N802
        """What STATUS asks for."""
        known = {
            "MESSAGES": self.getMessageCount,
            "RECENT": self.getRecentCount,
            "UIDNEXT": self.getUIDNext,
            "UIDVALIDITY": self.getUIDValidity,
            "UNSEEN": self.getUnseenCount,
        }
        return {name: known[name.upper()]() for name in names}

    def addListener(self, listener: IMailboxIMAPListener) -> bool:  # noqa: N802
        """A connection that has selected this mailbox."""
        self._listeners.append(listener)
        return True

    def removeListener(self, listener: IMailboxIMAPListener) -> bool:  # noqa: N802
        """It has left the mailbox."""
        if listener in self._listeners:
            self._listeners.remove(listener)
        return True

    def addMessage(self, message: Any, flags: Any = (), date: Any = None) -> None:  # noqa: N802
        """APPEND and COPY are refused."""
        raise PermissionError(READ_ONLY)

    def destroy(self) -> None:
        """INBOX cannot be deleted (RFC 3501, 6.3.4)."""
        raise PermissionError(READ_ONLY)

    def expunge(self) -> list[int]:
        """Drop the messages marked as deleted; the places they had, the last one first."""
        gone = [place for place, message in self._places() if DELETED in message.flags]
        for place in reversed(gone):
            del self._messages[place - 1]
        return gone[::-1]

    def fetch(self, messages: MessageSet, uid: bool) -> list[tuple[int, Message]]:
        """Places and messages; `uid` says that numbers are meant."""
        return list(self._chosen(messages, uid=uid))

    def store(
        self, messages: MessageSet, flags: Iterable[str], mode: int, uid: bool
    ) -> dict[int, list[str]]:
        """Set the flags (mode 0), add them (1) or take them away (-1); the flags now, by place."""
        changed = {}
        for place, message in self._chosen(messages, uid=uid):
            match mode:
                case 0:
                    message.flags = set(flags)
                case 1:
                    message.flags |= set(flags)
                case _:
                    message.flags -= set(flags)
            changed[place] = message.getFlags()
        return changed

    def _places(self) -> Iterator[tuple[int, Message]]:
        return enumerate(self._messages, start=1)

    def _chosen(self, messages: MessageSet, *, uid: bool) -> Iterator[tuple[int, Message]]:
        if not self._messages:
            return
        messages.last = self._messages[-1].getUID() if uid else len(self._messages)
        for place, message in self._places():
            if (message.getUID() if uid else place) in messages:
                yield place, message


def _search_in(header: str | None) -> Callable[[Any, list[bytes], int, Message], bool]:
    """Whether the header, as people read it, has the words; None: the client names the header."""

    def search(_: Any, query: list[bytes], __: int, message: Message) -> bool:
        name = header or _text(query.pop(0))
        words = _text(query.pop(0)).casefold()
        values = message.letter.message.get_all(name, [])
        return any(words in str(value).casefold() for value in values)

    return search


class Server(IMAP4Server):
    """One connection. Any name may log in with any password: the letters are nobody's."""

    def __init__(self, inboxes: "Inboxes") -> None:
        super().__init__()
        self._inboxes = inboxes

    def authenticateLogin(self, user: bytes, passwd: bytes) -> Any:  # noqa: N802
        """The account of that name."""
        account = MemoryAccount(user)
        account.addMailbox(INBOX, self._inboxes.of(_text(user)))
        return IAccountIMAP, account, lambda: None

    def do_SEARCH(self, tag: bytes, charset: Any, query: list[Any], uid: bool = False) -> None:  # noqa: N802
        """Answers also when nothing is found, as RFC 3501 (6.4.4) asks and Twisted does not."""
        messages = self.mbox.fetch(MessageSet(1, None), uid=False)
        last = messages[-1][1].getUID() if messages else 0
        found = [
            message.getUID() if uid else place
            for place, message in messages
            if self._searchFilter(deepcopy(query), place, message, len(messages), last)
        ]
        self.sendUntaggedResponse(b" ".join([b"SEARCH", *(b"%d" % number for number in found)]))
        self.sendPositiveResponse(tag, b"SEARCH completed")

    select_SEARCH = (do_SEARCH, IMAP4Server.opt_charset, IMAP4Server.arg_searchkeys)  # noqa: N815

    # Twisted's own compare text to bytes.
    search_CC = _search_in("Cc")  # noqa: N815
    search_FROM = _search_in("From")  # noqa: N815
    search_HEADER = _search_in(None)  # noqa: N815
    search_SUBJECT = _search_in("Subject")  # noqa: N815
    search_TO = _search_in("To")  # noqa: N815

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        """A connection that breaks leaves its mailbox too."""
        if self.mbox:
            self.mbox.removeListener(self)
        super().connectionLost(reason)


class Inboxes(Factory):
    """Makes connections; keeps a mailbox for each account that was ever asked for."""

    noisy = False

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._inboxes: dict[str, Inbox] = {}

    def of(self, account: str) -> Inbox:
        """The one of this account, in whatever case its name is written."""
        name = account.casefold()
        if name not in self._inboxes:
            self._inboxes[name] = Inbox(self._letters, name)
        return self._inboxes[name]

    def buildProtocol(self, address: Any) -> Server:  # noqa: N802
        """For a connection that has just been made."""
        return Server(self)


def serve(reactor: IReactorTCP, letters: Letters, host: str, port: int) -> None:
    """Listen from now on."""
    reactor.listenTCP(port, Inboxes(letters), interface=host)


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
