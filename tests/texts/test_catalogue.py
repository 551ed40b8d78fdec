"""Both catalogues say everything, in the same words' places, and everything that code asks for."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import texts
from domain.access.roles import Role
from domain.billing.requisites import ClientKind, Requisites, problems
from domain.case.waiting_reason import WaitsFor
from domain.goods_return.goods_return import (
    ENDED,
    GoodsReturnAction,
    GoodsReturnRefusal,
    GoodsReturnStatus,
    Ground,
    Settlement,
)
from domain.notification.notification import NotificationStatus
from domain.payout.payout import PayoutStatus
from domain.refund.conditions import Refusal
from domain.refund.refund import Action, RefundStatus
from domain.renewal.indicator import Sentence
from domain.renewal.renewal import Ending, RenewalAction, RenewalRefusal, RenewalStatus
from domain.subscription.limit_request import LimitRequestStatus
from domain.subscription.offer import OfferReason
from domain.subscription.offer_kind import OfferKind
from domain.ticket.ticket import (
    OUR_TURN,
    ClientStatus,
    TicketAction,
    TicketRefusal,
    TicketStatus,
)
from domain.ticket.waiting_reason import NAMED
from texts import Language, translate, translate_many

ROOT = Path(__file__).parents[2]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
SAYING = {
    "translate": "{}",
    "translate_many": "{}",
    "letter": "mail.{}.body",
    "FileColumn": "{}",
}
PLURAL_FORMS = {"ru": 3, "en": 2}
NOT_OURS = {".venv", ".kopeyka", "tests", "build"}


def messages(language: Language) -> dict[str, Message]:
    with (Path(texts.__file__).parent / f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    return {key_of(message): message for message in catalogue if message.id}


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_has_one_text(language: Language) -> None:
    """A merge can leave a second text or a text without its key, which readers of catalogues take
    for no error.
    """
    source = (Path(texts.__file__).parent / f"{language}.po").read_text()
    for entry in source.strip().split("\n\n"):
        words = [line.partition(" ")[0] for line in entry.splitlines() if line[:3] == "msg"]
        forms = [f"msgstr[{form}]" for form in range(PLURAL_FORMS[language])]
        assert words in (["msgid", "msgstr"], ["msgid", "msgid_plural", *forms]), entry


def forms_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def parameters_of(message: Message) -> set[str]:
    return {
        name
        for form in forms_of(message)
        for _, name, _, _ in Formatter().parse(form)
        if name is not None
    }


REFUSALS = {"FieldError", "conflict", "forbidden", "invalid", "unavailable", "unprocessable"}


def codes_said_by(tree: ast.AST) -> Iterator[str]:
    """Codes that code refuses by: what `FieldError` and the kinds of refusals are given first."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[node.func.id == "Refusal" and len(node.args) > 1]
            is_refusal = node.func.id in {*REFUSALS, "Refusal"}
            if is_refusal and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def name_codes() -> set[str]:
    """What requisites find wrong with a name, whose codes begin with the field's."""
    return {
        problem.code
        for wrong in ("", "Я" * 1000, "Иван\u200b")
        for problem in problems(
            Requisites(wrong, None, None, "", "", wrong, None),
            client_kind=ClientKind.INDIVIDUAL,
            client_name="Иванов Иван",
            client_inn=None,
        )
    }


def product_modules() -> Iterator[Path]:
    for path in ROOT.rglob("*.py"):
        if not NOT_OURS & set(path.relative_to(ROOT).parts):
            yield path


def keys_asked_for(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Keys in calls of translate and its kin; True for one that an f-string only begins."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        first = node.args[0]
        if called not in SAYING:
            continue
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield SAYING[called].format(first.value), False
        elif isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
            yield str(first.values[0].value), True


def codes_in(module: str) -> set[str]:
    """Codes that a domain module returns or raises: its snake_case strings in those places."""
    tree = ast.parse((ROOT / "domain" / f"{module}.py").read_text(encoding="utf-8"))
    spoken = (node for node in ast.walk(tree) if isinstance(node, ast.Return | ast.Raise))
    return {
        node.value
        for statement in spoken
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if "_" in node.value[1:] and node.value[0].isalpha() and node.value.isidentifier()
    }


def test_both_catalogues_have_the_same_keys() -> None:
    assert messages("ru").keys() == messages("en").keys()


def test_both_catalogues_name_the_same_parameters_under_every_key() -> None:
    russian, english = messages("ru"), messages("en")
    assert {key: parameters_of(message) for key, message in russian.items()} == {
        key: parameters_of(message) for key, message in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_every_plural_has_all_its_forms(language: Language) -> None:
    for key, message in messages(language).items():
        forms = forms_of(message)
        assert all(form.strip() == form and form for form in forms), key
        assert len(forms) == (PLURAL_FORMS[language] if message.pluralizable else 1), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_alphabetical_so_that_two_people_can_add_them(language: Language) -> None:
    keys = list(messages(language))
    assert keys == sorted(keys)


def test_every_notification_has_both_a_subject_and_a_body() -> None:
    mail = [key.split(".") for key in messages("ru") if key.startswith("mail.")]
    subjects = {parts[1] for parts in mail if parts[-1] == "subject"}
    bodies = {parts[1] for parts in mail if parts[-1] == "body"}
    assert subjects == bodies


def test_every_key_that_code_asks_for_exists() -> None:
    known = set(messages("ru"))
    asked = 0
    for path in product_modules():
        for key, only_begins in keys_asked_for(ast.parse(path.read_text(encoding="utf-8"))):
            asked += 1
            found = any(one.startswith(key) for one in known) if only_begins else key in known
            assert found, f"{path.name} asks for {key}"
    assert asked


def test_every_code_that_code_refuses_by_has_a_text() -> None:
    said = {
        code
        for path in (ROOT / "starter").rglob("*.py")
        for code in codes_said_by(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert "day_not_iso" in said
    assert {f"error.{code}" for code in said} - set(messages("ru")) == set()


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("refund.status", RefundStatus),
        ("refund.staff_status", RefundStatus),
        ("payout.status", PayoutStatus),
        ("notification.status", NotificationStatus),
        ("renewal.status", RenewalStatus),
        ("renewal.staff_status", RenewalStatus),
        ("renewal.reason", Ending),
        ("action", RenewalAction),
        ("error", RenewalRefusal),
        ("role", Role),
        ("action", Action),
        ("indicator", Sentence),
        ("limit_request.status", LimitRequestStatus),
        ("limit_request.staff_status", LimitRequestStatus),
        ("ticket.status", TicketStatus),
        ("ticket.client_status", ClientStatus),
        ("error", TicketRefusal),
        ("ui.step.ticket", TicketAction),
        ("action.ticket", TicketAction),
        ("waiting.ticket", {*TicketStatus, *(one + NAMED for one in OUR_TURN)}),
        ("waiting.for", WaitsFor),
        ("goods_return.status", GoodsReturnStatus),
        ("goods_return.ground", Ground),
        ("goods_return.settlement", Settlement),
        ("error", GoodsReturnRefusal),
        ("ui.step.goods_return", GoodsReturnAction),
        ("ui.timer.goods_return", {*GoodsReturnStatus} - ENDED),
        ("page.goods_return.now", GoodsReturnStatus),
        ("page.goods_return.now.settled", Settlement),
        ("action", {f"{one}_goods_return" for one in GoodsReturnAction}),
        ("offer.reason", OfferReason),
        ("offer.title", OfferKind),
        ("error", Refusal),
        ("error", codes_in("money")),
        ("error", codes_in("billing/requisites")),
        ("error", name_codes()),
        ("error", codes_in("calendar/bank_calendar")),
    ],
)
def test_every_status_role_action_and_code_of_the_domain_has_a_text(
    prefix: str, names: set[str]
) -> None:
    assert names
    assert {f"{prefix}.{name}" for name in names} - set(messages("ru")) == set()


def test_titles_of_statuses_are_those_of_the_product() -> None:
    titles = {
        "calculating": "Рассчитываем сумму",
        "awaiting_specialist": "Рассчитывает специалист",
        "awaiting_statement": "Заполните заявление",
        "under_review": "Проверяем заявление",
        "awaiting_approval": "Согласование с бухгалтерией",
        "paying": "Проводим выплату",
        "completed": "Завершено",
        "declined": "Отказано",
        "cancelled": "Отозвано",
        "expired": "Закрыто",
    }
    assert {status: translate(f"refund.status.{status}") for status in titles} == titles


def test_a_text_is_filled_in_both_languages_and_takes_more_parameters_than_it_names() -> None:
    params = {"who": "клиент", "until": "14.05.2026", "refund_id": "refund-7-1"}
    assert translate("ui.waiting", "ru", **params) == "Ждём: клиент до 14.05.2026"
    assert translate("ui.waiting", "en", **params) == "Waiting for: клиент until 14.05.2026"


def test_braces_in_a_parameter_are_text_not_a_parameter() -> None:
    assert "{attempts}" in translate("error.code_wrong", attempts_left="{attempts}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_key_is_an_error_at_once(language: Language) -> None:
    with pytest.raises(KeyError, match="no_such_code"):
        translate("error.no_such_code", language)
    with pytest.raises(KeyError, match="no_such_thing"):
        translate_many("count.no_such_thing", 2, language)


def test_a_missing_parameter_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="attempts_left"):
        translate("error.code_wrong")


@pytest.mark.parametrize(
    ("n", "russian", "english"),
    [
        (0, "0 дней", "0 days"),
        (1, "1 день", "1 day"),
        (2, "2 дня", "2 days"),
        (5, "5 дней", "5 days"),
        (11, "11 дней", "11 days"),
        (21, "21 день", "21 days"),
        (112, "112 дней", "112 days"),
    ],
)
def test_a_counted_thing_takes_the_form_its_number_asks_for(
    n: int, russian: str, english: str
) -> None:
    assert translate_many("count.days", n) == russian
    assert translate_many("count.days", n, "en") == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_is_wrong_with_the_key_of_a_command_names_its_header(language: Language) -> None:
    """The rest is read on pages, where nobody knows of it."""
    named = {key for key, one in messages(language).items() if "Idempotency-Key" in str(one.string)}
    assert named == {"error.idempotency_key_missing", "error.idempotency_key_reused"}
