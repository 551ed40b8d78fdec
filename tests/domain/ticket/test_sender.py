"""The address in From is believed only where our own receiving server vouches for it."""

from time import process_time

import pytest

from domain.ticket.sender import is_authenticated

SECONDS = 0.5
"""Of the processor: many times what is needed."""
OURS = "mx.kopeyka.example"
SENDER = "anna@romashka.example"
BY_DMARC = f"{OURS}; spf=fail smtp.mailfrom=x.example; dmarc=pass header.from=romashka.example"


@pytest.mark.parametrize(
    "said",
    [
        BY_DMARC,
        BY_DMARC.upper(),
        f"{OURS} 1;\r\n\tdmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=romashka.example",
        f"{OURS}; dmarc = pass (a (nested) comment) header.from = romashka.example",
        f"{OURS}; dmarc=none header.from=romashka.example; dkim/1=pass header.d=romashka.example",
        f"{OURS}; dkim=fail header.d=x.example; dkim=pass header.i=@mail.romashka.example",
        f"{OURS}; spf=pass smtp.mailfrom=bounces@romashka.example",
    ],
)
def test_a_sender_whom_our_server_vouches_for_is_confirmed(said: str) -> None:
    assert is_authenticated(SENDER, [said], OURS)


@pytest.mark.parametrize(
    "said",
    [
        "",
        OURS,
        f"{OURS}; none",
        BY_DMARC.replace(OURS, "mx.evil.example"),
        BY_DMARC.replace(OURS, f"evil.{OURS}"),
        BY_DMARC.replace("dmarc=pass", "dmarc=fail"),
        BY_DMARC.replace("dmarc=pass", "dmarc=permerror"),
        BY_DMARC.replace("romashka", "evil"),
        BY_DMARC.replace("from=romashka", "from=sub.romashka"),
        f"{OURS}; dmarc=pass",
        f"{OURS}; dmarc=fail header.from=romashka.example; dkim=pass header.d=romashka.example",
        f"{OURS}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",
        f"{OURS}; dkim=pass header.d=example; spf=pass smtp.mailfrom=a@xromashka.example",
        f"{OURS}; dkim=pass header.d=romashka.example.evil.example",
        f"{OURS}; auth=pass smtp.auth=romashka.example",
    ],
)
def test_any_other_is_not(said: str) -> None:
    assert not is_authenticated(SENDER, [said], OURS)


def test_what_others_have_written_under_our_name_counts_for_nothing() -> None:
    fails = f"{OURS}; dmarc=fail header.from=romashka.example"
    assert not is_authenticated(SENDER, [fails, BY_DMARC], OURS)
    assert is_authenticated(SENDER, ["mx.else.example; dmarc=fail", BY_DMARC, fails], OURS)


@pytest.mark.parametrize(
    "chosen",
    [
        'smtp.mailfrom="a; dmarc=pass header.from=romashka.example"@evil.example',
        "(a) ; dmarc=pass header.from=romashka.example (b) smtp.mailfrom=evil.example; dmarc=fail",
        "((((((((a; dmarc=pass header.from=romashka.example))))))))",
        "smtp.helo=a\\; dmarc=pass header.from=romashka.example",
    ],
)
def test_a_part_that_the_sender_has_chosen_is_no_result(chosen: str) -> None:
    assert not is_authenticated(SENDER, [f"{OURS}; spf=pass {chosen}"], OURS)


@pytest.mark.parametrize("run", ["\n ", "= ", "(", "((a)", "; ", "a=b "])
def test_results_of_any_shape_are_read_at_once(run: str) -> None:
    begins = process_time()
    assert not is_authenticated(SENDER, [f"{OURS}; {run * 4_000}"] * 20, OURS)
    assert process_time() - begins < SECONDS


def test_without_the_name_of_our_server_nobody_is_confirmed() -> None:
    assert not is_authenticated(SENDER, [BY_DMARC], None)
    assert not is_authenticated("", [BY_DMARC], OURS)
    assert not is_authenticated(SENDER, [], OURS)
