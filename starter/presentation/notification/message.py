"""What a notification says: as it was sent, or as it would be now."""

from db.notification.inbox import MessageRow
from settings import Settings
from texts import Language, Message, letter, message
from texts.notification import link_of, params_without_code


def message_of(row: MessageRow, settings: Settings, language: Language) -> Message:
    """A message in its reader's language; a one-time code in it is hidden."""
    return message(row.template, language, **_params(row, settings, language))


def letter_of(row: MessageRow, settings: Settings, language: Language) -> tuple[str, str]:
    """Subject and text of a letter: of a sent one what was sent, else what would be sent now. A
    one-time code is hidden.
    """
    if row.sent_subject is not None and row.sent_text is not None:
        return row.sent_subject, row.sent_text
    params = _params(row, settings, language)
    written = letter(row.template, language, company=settings.company, **params)
    return written.subject, written.plain


def page_of(row: MessageRow, settings: Settings) -> str | None:
    """The page of the cabinet that a message is about, as a path; None where it has none."""
    link = link_of(row, settings.cabinet_url)
    site = settings.cabinet_url
    return link.removeprefix(site) if link and link.startswith(f"{site}/") else None


def _params(row: MessageRow, settings: Settings, language: Language) -> dict[str, str | int]:
    return params_without_code(row, settings.cabinet_url, language)
