import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notification.mail_address import MAX_LENGTH, AddressMalformed, ascii_address

ODD = [
    "",
    "office",
    "@romashka.ru",
    "office@",
    "office@localhost",
    "office@romashka",
    ".office@romashka.ru",
    "office.@romashka.ru",
    "of..fice@romashka.ru",
    '"of fice"@romashka.ru',
    '"office"@romashka.ru',
    "офис@romashka.ru",
    "офис@ромашка.рф",
    "office@romashka..ru",
    "office@.romashka.ru",
    "office@romashka.ru.",
    "office@-romashka.ru",
    "office@romashka-.ru",
    "office@rom_ashka.ru",
    "office@[192.0.2.1]",
    "office@192.0.2.1",
    "office@romashka.r",
    "a@b@romashka.ru",
    "office@romashka.ru, other@romashka.ru",
    "Офис <office@romashka.ru>",
    "office @romashka.ru",
    "office@romashka.ru\r\nBcc: other@romashka.ru",
    "office\u200b@romashka.ru",
    f"{'o' * 65}@romashka.ru",
    f"office@{'r' * 64}.ru",
    f"office@{'r' * 60}.{'r' * 60}.{'r' * 60}.{'r' * 62}.ru",
    "office@xn--romashka-.ru",
    "office@\u202eur.akhsamor",
]


@pytest.mark.parametrize("address", ODD)
def test_an_address_that_no_letter_reaches_is_refused(address: str) -> None:
    with pytest.raises(AddressMalformed):
        ascii_address(address)


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [
        ("office@romashka.ru", "office@romashka.ru"),
        ("first.last+refunds@mail.romashka.example", "first.last+refunds@mail.romashka.example"),
        ("o'brien_{x}@romashka.ru", "o'brien_{x}@romashka.ru"),
        ("Office@Romashka.RU", "Office@romashka.ru"),
        ("office@ромашка.рф", "office@xn--80aa3agjl3d.xn--p1ai"),
        ("office@straße.de", "office@xn--strae-oqa.de"),
        ("office@xn--80aa3agjl3d.xn--p1ai", "office@xn--80aa3agjl3d.xn--p1ai"),
    ],
)
def test_an_address_is_sent_to_in_ascii(address: str, sent_to: str) -> None:
    assert ascii_address(address) == sent_to


@given(st.emails())
def test_what_is_taken_can_be_sent(address: str) -> None:
    try:
        sent_to = ascii_address(address)
    except AddressMalformed:
        return
    assert sent_to.isascii()
    assert len(sent_to) <= MAX_LENGTH
    assert ascii_address(sent_to) == sent_to
