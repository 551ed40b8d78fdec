"""The PDF of a ticket's transcript: who wrote what and when is there, and only as text."""

import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from domain.ticket.ticket import TicketStatus
from domain.ticket.transcript import (
    CHANGE_COST,
    FILE_COST,
    LINE_COST,
    MAX_COST,
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


def test_a_letter_that_anybody_may_have_written_says_so() -> None:
    letter = replace(ASKED, is_unconfirmed=True)
    said = text_of(replace(TRANSCRIPT, messages=(letter, ANSWER)))
    assert "Клиент (отправитель не подтверждён), ivanova 03.03.2026" in said
    assert said.count("не подтверждён") == 1


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


def test_a_part_says_which_it_is() -> None:
    text = text_of(replace(TRANSCRIPT, part=2, parts=3, moves=()))
    assert "Переписка по запросу № 117, часть 2 из 3" in text
    assert "Состояния" not in text


@pytest.mark.parametrize(
    "change",
    [
        {"messages": (ANSWER,) * (MAX_COST // ANSWER.cost + 1)},
        {"moves": TRANSCRIPT.moves[:1] * (MAX_COST // CHANGE_COST + 1)},
        {"messages": (replace(ANSWER, text="a" * MAX_COST),)},
        {"messages": (replace(ANSWER, text="\n" * (MAX_COST // LINE_COST)),)},
        {"messages": (replace(ANSWER, files=ASKED.files * (MAX_COST // FILE_COST)),)},
    ],
)
def test_a_transcript_that_is_too_long_for_one_paper_is_not_made(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="too many"):
        replace(TRANSCRIPT, **change)


def test_papers_one_after_another_take_no_more_memory_than_a_few() -> None:
    """Each of other words: what a compiler keeps of a paper serves no other."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.gateways.transcript_memory"],
        capture_output=True,
        text=True,
        check=True,
    )
    first, last = map(int, done.stdout.split())
    assert last - first < first, "memory grows with each paper"
