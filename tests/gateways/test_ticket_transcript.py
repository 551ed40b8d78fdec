"""The PDF of a ticket's transcript: who wrote what and when is there, and only as text."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from domain.ticket.ticket import TicketStatus
from domain.ticket.transcript import (
    MAX_CHARACTERS,
    MAX_LINES,
    MAX_MESSAGES,
    MAX_MOVES,
    Transcript,
    TranscriptFile,
    TranscriptMessage,
    TranscriptMove,
)
from gateways.documents import ticket_transcript_pdf

AT = datetime(2026, 3, 2, 21, 5, tzinfo=UTC)
DIGEST = "0123456789abcdef" * 4
ASKED = TranscriptMessage(
    AT, False, "ivanova", "Где возврат?\nЖду неделю.", 117, (TranscriptFile("Акт.pdf", DIGEST),)
)
ANSWER = TranscriptMessage(AT + timedelta(hours=1), True, "petrova", "Выплатили.", 117)
MERGED = TranscriptMessage(AT + timedelta(hours=2), False, "ivanova", "И второй?", 118)
TRANSCRIPT = Transcript(
    number=117,
    topic="Возврат по счёту",
    client="ООО «Ромашка»",
    department="Поддержка",
    moves=(
        TranscriptMove(AT, TicketStatus.NEW),
        TranscriptMove(AT + timedelta(hours=1), TicketStatus.WAITING_CLIENT),
    ),
    messages=(ASKED, ANSWER, MERGED),
)


def text_of(transcript: Transcript) -> str:
    reader = PdfReader(io.BytesIO(ticket_transcript_pdf(transcript)))
    pages = [page.extract_text().replace("\u200b", "") for page in reader.pages]
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize(
    "said",
    [
        "Переписка по запросу № 117",
        "Тема Возврат по счёту",
        "Клиент ООО «Ромашка»",
        "Отдел Поддержка",
        "Состояния 03.03.2026 00:05 (МСК) Новый 03.03.2026 01:05 (МСК) Ждёт ответа клиента",
        "Сообщения Клиент, ivanova 03.03.2026 00:05 (МСК) Где возврат? Жду неделю.",
        f"Файл: Акт.pdf SHA-256: {DIGEST} Поддержка, petrova 03.03.2026 01:05 (МСК) Выплатили.",
        "Клиент, ivanova, запрос № 118 03.03.2026 02:05 (МСК) И второй?",
        "Внутренние заметки сотрудников в переписку не входят.",
    ],
)
def test_a_transcript_says_who_wrote_what_and_when_in_moscow(said: str) -> None:
    assert said in text_of(TRANSCRIPT)


def test_the_same_transcript_is_the_same_file_without_a_time_of_its_own() -> None:
    assert ticket_transcript_pdf(TRANSCRIPT) == ticket_transcript_pdf(TRANSCRIPT)
    metadata = PdfReader(io.BytesIO(ticket_transcript_pdf(TRANSCRIPT))).metadata
    assert metadata is not None
    assert (metadata.title, metadata.creation_date) == ("Переписка по запросу № 117", None)


@pytest.mark.parametrize("hostile", ["#panic()", "$x^2$ *a* _b_ `c`", "<script>", "А" * 160])
def test_what_people_write_is_only_ever_text(hostile: str) -> None:
    message = replace(
        ASKED, text=hostile, written_by=hostile, files=(TranscriptFile(hostile, DIGEST),)
    )
    text = text_of(replace(TRANSCRIPT, topic=hostile, client=hostile, messages=(message,)))
    assert text.replace(" ", "").count(hostile.replace(" ", "")) == 5


def test_a_character_that_no_font_has_is_named_by_its_number() -> None:
    text = text_of(
        replace(TRANSCRIPT, messages=(replace(ASKED, text="Спасибо \U0001f64f 漢 ✓ ё"),))
    )
    assert "Спасибо [U+1F64F] [U+6F22] ✓ ё" in text


def test_a_long_message_goes_over_pages() -> None:
    long = replace(ASKED, text="\n".join(f"строка {number}" for number in range(200)))
    reader = PdfReader(io.BytesIO(ticket_transcript_pdf(replace(TRANSCRIPT, messages=(long,)))))
    assert len(reader.pages) > 2
    assert "строка 199" in reader.pages[-1].extract_text()


@pytest.mark.parametrize(
    "change",
    [
        {"messages": (ANSWER,) * (MAX_MESSAGES + 1)},
        {"moves": TRANSCRIPT.moves[:1] * (MAX_MOVES + 1)},
        {"messages": (replace(ANSWER, text="a" * (MAX_CHARACTERS + 1)),)},
        {"messages": (replace(ANSWER, text="\n" * MAX_LINES),)},
    ],
)
def test_a_transcript_that_is_too_long_for_one_paper_is_not_made(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="too many"):
        replace(TRANSCRIPT, **change)
