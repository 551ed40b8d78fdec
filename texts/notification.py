"""Formats the parameters of a notification for its letter: money, days, moments, codes."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol

from domain.access.roles import Role
from domain.notification.notification import CODE_PAGE_PARAM, ERASED_PARAM
from domain.payout.trace import PayoutTrace
from domain.refund.service import ServiceOutcome
from texts.catalogue import Language, translate
from texts.debts import debts_words
from texts.formatting import day, deadline, rubles
from texts.invariants import invariant_title
from texts.reasons import card_reason
from texts.service import service_words
from texts.step_failure import failure_in_words
from texts.trace import trace_words

HIDDEN_CODE = "••••••"
"""Shown in place of a one-time code in the stored copy of a letter."""
CASE_PAGES = {
    "refund-": "/refunds/{case_id}",
    "renewal-": "/renewals/{case_id}",
    "limit-request-": "/limit-requests/{own_id}",
    "ticket-": "/tickets/{case_id}",
    "return-": "/returns/{case_id}",
    "collection-": "/debts/{own_id}",
    "dispute-": "/disputes/{case_id}",
}
"""The page that a client sees a case on, by the prefix of its id."""
DESK_PAGES = {
    "refund-": "/desk/refunds/{case_id}",
    "renewal-": "/desk/renewals/{case_id}",
    "limit-request-": "/desk/limit-requests/{own_id}",
    "ticket-": "/desk/tickets/{case_id}",
    "return-": "/desk/returns/{case_id}",
    "collection-": "/desk/collections/{own_id}",
    "dispute-": "/desk/disputes/{case_id}",
}
"""The page that staff see a case on."""
POLICY_PAGE = "/desk/reference/policies/{kind}"
"""The page on which a second person decides about a policy's change."""
PROCESS_PAGE = "/desk/operators/processes/{process_id}"
"""The page on which operators decide about a failed step."""


class Notified(Protocol):
    """The columns of a notification's row that its letter is made from."""

    @property
    def client_name(self) -> str | None: ...
    @property
    def role(self) -> str: ...
    @property
    def case_id(self) -> str | None: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


def params_of(row: Notified, cabinet_url: str, language: Language) -> dict[str, str | int]:
    """A notification's parameters for its text: money, days and moments formatted.

    `cabinet_url` is where the pages are, without a slash at the end.
    """
    params: dict[str, str | int] = {"name": row.client_name or ""}
    if row.case_id is not None:
        params["case_id"] = row.case_id
    link = link_of(row, cabinet_url)
    if link is not None:
        params["link"] = link
    params.update(_for_people(row.params, language))
    return _with_code_link(params)


def params_without_code(
    row: Notified, cabinet_url: str, language: Language
) -> dict[str, str | int]:
    """The same as `params_of` with a one-time code hidden."""
    return _with_code_link({**params_of(row, cabinet_url, language), ERASED_PARAM: HIDDEN_CODE})


def _with_code_link(params: dict[str, str | int]) -> dict[str, str | int]:
    """The parameters with the link that a one-time code is the end of, where it is one."""
    if CODE_PAGE_PARAM in params and ERASED_PARAM in params:
        params["link"] = f"{params[CODE_PAGE_PARAM]}/{params[ERASED_PARAM]}"
    return params


def link_of(row: Notified, cabinet_url: str) -> str | None:
    """Where the subject of a notification is read: its case, or where there is none, a client's
    order or what its subscription is offered, an operator's process. Clients and staff are led to
    pages where there are.
    """
    if row.case_id is None:
        if row.role == Role.OPERATOR and "process" in row.params:
            return cabinet_url + PROCESS_PAGE.format(process_id=row.params["process"])
        if "policy" in row.params:
            return cabinet_url + POLICY_PAGE.format(kind=row.params["policy"])
        if row.role == Role.CLIENT and "invoice_number" in row.params:
            return f"{cabinet_url}/orders/{row.params['invoice_number']}/payment"
        subscription_id = row.params.get("subscription_id")
        tariffs = f"{cabinet_url}/subscriptions/{subscription_id}/tariffs"
        return None if subscription_id is None else tariffs
    page = _place_of(row.case_id, CASE_PAGES if row.role == Role.CLIENT else DESK_PAGES)
    return None if page is None else cabinet_url + page


def _place_of(case_id: str, places: Mapping[str, str]) -> str | None:
    for beginning, path in places.items():
        if case_id.startswith(beginning):
            return path.format(case_id=case_id, own_id=case_id.removeprefix(beginning))
    return None


def _for_people(params: Mapping[str, Any], language: Language) -> dict[str, str | int]:
    written: dict[str, str | int] = {}
    for name, value in params.items():
        if name.endswith("_kopecks"):
            written[name.removesuffix("_kopecks")] = rubles(value)
        elif name.endswith("_on"):
            written[name.removesuffix("_on")] = day(date.fromisoformat(value))
        elif name == "until_at":
            written["until"] = deadline(datetime.fromisoformat(value), language)
        elif name in _WORDS:
            text_name, words = _WORDS[name]
            written[text_name] = words(value, language)
        else:
            written[name] = value
    if "process" in written:
        written["failure"] = failure_in_words(str(written["failure"]), language)
    if "refusal" in written:
        written["reason"] = translate(f"error.{written['refusal']}", language, **written)
    return written


def _role(code: str, language: Language) -> str:
    return translate(f"role.{code}", language)


def _return_terms(payer: str, language: Language) -> str:
    return translate(f"mail.goods_return.terms.{payer}", language)


def _way(code: str, language: Language) -> str:
    return translate(f"way.to.{code}", language)


def _service(content: Mapping[str, str | None] | None, language: Language) -> str:
    """The service outcome in words; empty where we serve nothing for the money."""
    return "" if content is None else service_words(ServiceOutcome.of(content), language)


def _policy(kind: str, language: Language) -> str:
    return translate(f"page.policy.kind.{kind}", language)


def _trace(content: Mapping[str, Any], language: Language) -> str:
    return trace_words(PayoutTrace.of(content), language)


def _collection_reason(code: str, language: Language) -> str:
    return translate(f"collection.reason.{code}", language)


def _payout_reason(code: str, language: Language) -> str:
    """Why the acquirer or bank refused, in words; a code without a text is "other"."""
    try:
        return translate(f"payout.reason.{code}", language)
    except KeyError:
        return translate("payout.reason.other", language)


_WORDS: Mapping[str, tuple[str, Callable[[Any, Language], str]]] = MappingProxyType(
    {
        "carriage": ("terms", _return_terms),
        "role": ("role", _role),
        "way": ("way", _way),
        "payout_reason": ("reason", _payout_reason),
        "invariant": ("invariant", invariant_title),
        "card_reason": ("reason", card_reason),
        "service": ("service", _service),
        "trace": ("trace", _trace),
        "policy": ("policy", _policy),
        "debts": ("debts", debts_words),
        "collection_reason": ("reason", _collection_reason),
    }
)
"""Parameters that are codes with texts of their own: the text's parameter, and how it is made."""
