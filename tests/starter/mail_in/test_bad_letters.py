"""Letters that are made to hold support up, or to be answered for ever: none of them does."""

from gateways.mailbox import sender_of
from tests.file_samples import archive
from tests.starter.mail_in.post import SUPPORT, Post, written

HOSTILE = "<b>&\u202e«кавычки»\u200b</b>"


def nested(depth: int, begins: str) -> bytes:
    body = "Content-Type: text/plain\r\n\r\nтекст\r\n"
    for at in range(depth):
        body = (
            f"Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n{body}--b{at}--\r\n"
        )
    return (begins + body).encode()


def stored(post: Post, mailbox: str, *contents: bytes) -> None:
    """Letters as they are stored when they have come to a mailbox."""
    with post.shop.books.connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO incoming_letters (mailbox, uid_validity, uid, content, is_whole, sha256,"
            " sender, received_at) VALUES (%s, 1, %s, %s, true, sha256(%s), %s, now())",
            [
                (mailbox, uid, content, content, sender_of(content))
                for uid, content in enumerate(contents, 1)
            ],
        )


def outcomes(post: Post, address: str) -> list[tuple[str, str | None, int]]:
    """What became of somebody's letters, and of how many."""
    rows = post.shop.books.rows(
        "SELECT outcome, reason, count(*) AS letters FROM incoming_letters"
        " WHERE sender = %(own)s GROUP BY outcome, reason",
        own=address,
    )
    return [(row.outcome, row.reason, row.letters) for row in rows]


async def test_a_letter_of_any_depth_and_of_any_header_holds_up_no_other(post: Post) -> None:
    """The parser of the standard library fails on such ones, or works for minutes."""
    (_, deep), (_, wide) = post.client(), post.client()
    many = ",\r\n ".join(f"<{number}@elsewhere.example>" for number in range(20_000))
    stored(
        post,
        deep,
        nested(1_500, f"From: <{deep}>\r\nTo: {SUPPORT}\r\n"),
        f"From: <{wide}>\r\nTo: {SUPPORT},\r\n {many}\r\n\r\nтекст".encode(),
    )
    await post.read()
    assert outcomes(post, deep) == [("parked", "nested too deeply", 1)]
    assert outcomes(post, wide) == [("ticket", None, 1)]


async def test_a_thousand_letters_of_machines_become_nothing(post: Post) -> None:
    client_id, address = post.client()
    letters = [
        f"From: <{address}>\r\nTo: {SUPPORT}\r\nMessage-ID: <{number}@{address}>\r\n"
        "Subject: Re: Где возврат?\r\nAuto-Submitted: auto-replied\r\n\r\nВ отпуске."
        for number in range(1_000)
    ]
    stored(post, address, *(one.encode() for one in letters))
    await post.read()
    assert outcomes(post, address) == [("parked", "automatic", 1_000)]
    books = post.shop.books
    assert books.rows("SELECT FROM tickets WHERE client_id = %(id)s", id=client_id) == []
    assert books.rows("SELECT FROM notifications WHERE client_id = %(id)s", id=client_id) == []


async def test_an_archive_under_the_name_of_a_document_is_named_as_not_taken(post: Post) -> None:
    _, address = post.client()
    letter = written(address, subject=HOSTILE, text=f"{HOSTILE} Вот акт.")
    zipped = archive("word/a.txt")
    letter.add_attachment(zipped, maintype="application", subtype="pdf", filename="акт.pdf")
    letter.add_attachment(b"MZ", maintype="image", subtype="png", filename="a\u202egnp.exe")
    post.send(letter, address)
    await post.read()
    ((_, said),) = post.thread(post.became()[2])
    assert said.startswith("<b>&«кавычки»</b> Вот акт.")
    assert "Файл не принят: акт.pdf" in said
    assert said.count("Файл не принят: ") == 2
