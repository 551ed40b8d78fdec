"""Who may do what, at every door: one table of commands and reads with the roles that may."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, TypeVar

from domain.access.roles import Role
from starter.caller import Caller
from starter.commands.refusal import not_found


class OfClient(Protocol):
    """A row that belongs to a client."""

    @property
    def client_id(self) -> str:
        """Whose it is."""


RowT = TypeVar("RowT", bound=OfClient)

_STAFF = frozenset({Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.SUPPORT})
_BACK_OFFICE = _STAFF - {Role.SUPPORT}
_BILLING = frozenset({Role.BILLING})
_CLIENT = frozenset({Role.CLIENT})
_OPERATOR = frozenset({Role.OPERATOR})
_SPECIALIST = frozenset({Role.SPECIALIST})
_ACCOUNTANT = frozenset({Role.ACCOUNTANT})
_LAWYER = frozenset({Role.LAWYER})
_REVIEWERS = _SPECIALIST | _ACCOUNTANT
_BOOKKEEPING = _ACCOUNTANT | _OPERATOR
_EVERYBODY = _STAFF | _BILLING | _CLIENT

PUBLIC = frozenset({"read_liveness", "read_readiness", "list_dossier_keys"})
"""Operations that need no caller."""

BY_NETWORK = frozenset({"take_acquirer_notification"})
"""Operations whose caller is known by its address alone: the acquirer has no token, signs nothing,
and is believed nothing.
"""

WITHOUT_ROUTE = frozenset(
    {
        "ask_for_email",
        "ask_telegram_link",
        "check_books",
        "choose_language",
        "confirm_email",
        "confirm_policy_change",
        "confirm_telegram_link",
        "decline_policy_change",
        "import_first_key_rate",
        "end_telegram_link",
        "propose_policy_change",
        "purge",
        "read_whole_inbox",
        "resolve_failed_step",
        "retry_failed_steps",
        "settle_by_hand",
        "switch_telegram",
        "withdraw_policy_change",
        "write_mailboxes",
        "save_view",
        "delete_view",
    }
)
"""Commands that the API does not offer: of pages, and of whoever runs the machine."""

ACCESS: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        # clients, invoices, payments
        "write_client": _BILLING,
        "read_client": _EVERYBODY,
        "read_reconciliation_act": _CLIENT | _ACCOUNTANT,
        "list_clients": _STAFF | _BILLING,
        "ask_for_email": _CLIENT,
        "confirm_email": _CLIENT,
        "choose_language": _CLIENT,
        "write_invoice": _BILLING,
        "read_invoice": _EVERYBODY,
        "list_invoices": _EVERYBODY,
        "write_payment": _BILLING,
        "check_payment": _CLIENT,
        "list_payment_checks": _CLIENT | _STAFF,
        "pay_by_card": _CLIENT,
        # refunds: what a client writes, what staff decide, what everybody reads
        "preview_refund": _CLIENT,
        "open_refund": _CLIENT,
        "read_refund": _EVERYBODY,
        "read_refund_waiting": _STAFF,
        "list_refunds": _EVERYBODY,
        "count_refunds": _EVERYBODY,
        "list_payouts": _BACK_OFFICE,
        "read_refund_report": _BACK_OFFICE,
        "list_reported_refunds": _BACK_OFFICE,
        "list_refund_letters": _CLIENT | _STAFF,
        "write_statement": _CLIENT,
        "read_statement_pdf": _CLIENT | _REVIEWERS,
        "request_code": _CLIENT,
        "sign_statement": _CLIENT,
        "upload_scan": _CLIENT,
        "read_scan": _CLIENT | _REVIEWERS,
        "calculate_refund": _SPECIALIST,
        "decline_refund": _REVIEWERS,
        "accept_statement": _SPECIALIST,
        "return_statement": _SPECIALIST,
        "recalculate_refund": _REVIEWERS,
        "approve_refund": _ACCOUNTANT,
        "retry_payout": _ACCOUNTANT,
        "pay_by_bank": _ACCOUNTANT,
        "book_given_back": _ACCOUNTANT,
        "withdraw_refund": _CLIENT,
        "leave_feedback": _CLIENT,
        "open_inquiry": _CLIENT,
        "withdraw_inquiry": _CLIENT,
        "correct_contact": _CLIENT,
        "answer_inquiry": _ACCOUNTANT,
        "book_return": _ACCOUNTANT,
        # the bank calendar
        "list_calendar_days": _EVERYBODY,
        "override_calendar_day": _OPERATOR,
        "restore_calendar_day": _OPERATOR,
        "list_calendar_years": _EVERYBODY,
        "confirm_calendar_year": _OPERATOR,
        "withdraw_calendar_year": _OPERATOR,
        "preview_calendar_import": _OPERATOR,
        "import_calendar_year": _OPERATOR,
        "count_bank_days": _EVERYBODY,
        # the law's rows and the key rate, and what is counted by them
        "list_legal_rules": _BACK_OFFICE | _LAWYER,
        "read_key_rate": _BACK_OFFICE | _LAWYER,
        "preview_key_rate_import": _BOOKKEEPING,
        "import_key_rate": _BOOKKEEPING,
        "import_first_key_rate": _BOOKKEEPING,
        "calculate_interest": _BACK_OFFICE | _LAWYER,
        "calculate_penalty": _BACK_OFFICE | _LAWYER,
        "list_court_fees": _BACK_OFFICE | _LAWYER,
        "count_legal_day": _BACK_OFFICE | _LAWYER,
        # payment runs
        "write_own_account": _ACCOUNTANT,
        "list_own_accounts": _BOOKKEEPING,
        "list_own_account_changes": _BOOKKEEPING,
        "close_own_account": _ACCOUNTANT,
        "open_own_account": _ACCOUNTANT,
        "gather_payment_run": _ACCOUNTANT,
        "list_payment_runs": _BOOKKEEPING,
        "read_payment_run": _BOOKKEEPING,
        "read_payment_run_waiting": _BOOKKEEPING,
        "list_payment_orders": _BOOKKEEPING,
        "read_payment_order": _ACCOUNTANT,
        "read_payment_run_file": _ACCOUNTANT,
        "hand_payment_run_over": _ACCOUNTANT,
        "dissolve_payment_run": _ACCOUNTANT,
        "reject_payment_order": _ACCOUNTANT,
        "list_left_out_payouts": _BOOKKEEPING,
        "return_requisites": _ACCOUNTANT,
        # bank statements
        "upload_bank_statement": _ACCOUNTANT,
        "list_bank_statements": _BOOKKEEPING,
        "read_bank_statement": _BOOKKEEPING,
        "read_bank_statement_waiting": _BOOKKEEPING,
        "settle_bank_statement": _ACCOUNTANT,
        "list_bank_entries": _BOOKKEEPING,
        "read_bank_entry": _BOOKKEEPING,
        "decide_bank_entry": _ACCOUNTANT,
        "list_entry_candidates": _ACCOUNTANT,
        "allocate_bank_entry": _ACCOUNTANT,
        "undo_bank_entry": _ACCOUNTANT,
        "list_known_payers": _BOOKKEEPING,
        "forget_known_payer": _ACCOUNTANT,
        # differences with the acquirer's lists
        "list_acquirer_differences": _BOOKKEEPING,
        "list_book_lines": _BOOKKEEPING,
        "list_book_days": _BOOKKEEPING,
        "read_acquirer_difference": _BOOKKEEPING,
        "decide_acquirer_difference": _ACCOUNTANT,
        # fiscal receipts
        "list_receipts": _BOOKKEEPING,
        "settle_receipt": _ACCOUNTANT,
        # subscriptions: the catalogue, terms, usage, offers, higher limits
        "write_tariff": _BILLING,
        "add_tariff_price": _BILLING | _ACCOUNTANT,
        "correct_tariff_price": _BILLING | _ACCOUNTANT,
        "withdraw_tariff_price": _BILLING | _ACCOUNTANT,
        "list_tariff_prices": _STAFF | _BILLING,
        "list_tariffs": _EVERYBODY,
        "write_subscription": _BILLING,
        "read_subscription": _EVERYBODY,
        "list_subscriptions": _EVERYBODY,
        "write_usage": _BILLING,
        "read_indicator": _BILLING | _CLIENT,
        "list_offers": _EVERYBODY,
        "make_individual_offer": _SPECIALIST,
        "ask_for_limit": _CLIENT,
        "list_limit_requests": _SPECIALIST,
        "read_limit_request": _CLIENT | _SPECIALIST,
        "read_limit_request_waiting": _SPECIALIST,
        "answer_limit_request": _SPECIALIST,
        # tickets: what clients ask, what staff answer and write among themselves
        "list_departments": _CLIENT | _STAFF,
        "list_department_versions": _STAFF,
        "write_department": _OPERATOR,
        "open_ticket": _CLIENT,
        "list_tickets": _CLIENT | _STAFF,
        "list_ticket_queue": _STAFF,
        "read_ticket": _CLIENT | _STAFF,
        "read_ticket_waiting": _STAFF,
        "list_ticket_messages": _CLIENT | _STAFF,
        "reply_to_ticket": _CLIENT,
        "hasten_ticket": _CLIENT,
        "archive_ticket": _CLIENT,
        "see_ticket": _CLIENT,
        "rate_ticket": _CLIENT,
        "answer_ticket": _STAFF,
        "take_ticket": _STAFF,
        "transfer_ticket": _STAFF,
        "escalate_ticket": _STAFF,
        "resolve_ticket": _STAFF,
        "await_third_party": _STAFF,
        "merge_ticket": _STAFF,
        "unmerge_ticket": _STAFF,
        "mark_ticket_spam": _STAFF,
        "unmark_ticket_spam": _STAFF,
        "list_canned_answers": _STAFF,
        "write_canned_answer": _STAFF,
        "list_parked_letters": _OPERATOR,
        "read_parked_letter": _OPERATOR,
        "open_parked_letter": _OPERATOR,
        "dismiss_parked_letters": _OPERATOR,
        "add_ticket_note": _STAFF,
        "list_ticket_notes": _STAFF,
        "read_ticket_transcript": _STAFF,
        "upload_files": _CLIENT | _STAFF,
        "read_ticket_file": _CLIENT | _STAFF,
        "read_ticket_preview": _CLIENT | _STAFF,
        # disputes: what clients demand, what staff decide
        "open_dispute": _CLIENT,
        "list_disputes": _CLIENT | _STAFF,
        "list_dispute_queue": _STAFF,
        "read_dispute": _CLIENT | _STAFF,
        "list_dispute_changes": _CLIENT | _STAFF,
        "list_dispute_evidence": _CLIENT | _STAFF,
        "read_dispute_evidence": _CLIENT | _STAFF,
        "read_dispute_preview": _CLIENT | _STAFF,
        "read_dispute_waiting": _STAFF,
        "reply_to_dispute": _CLIENT,
        "submit_dispute": _CLIENT,
        "hasten_dispute": _CLIENT,
        "appeal_dispute": _CLIENT,
        "withdraw_dispute": _CLIENT,
        "answer_dispute": _REVIEWERS,
        "ask_dispute_papers": _REVIEWERS,
        "decide_dispute": _REVIEWERS,
        "approve_dispute": _ACCOUNTANT,
        "send_dispute_back": _ACCOUNTANT,
        "receive_dispute_claim": _REVIEWERS,
        "take_dispute_outside": _REVIEWERS,
        "end_dispute_outside": _ACCOUNTANT,
        "perform_dispute": _ACCOUNTANT,
        "correct_dispute": _REVIEWERS,
        "list_open_incidents": _CLIENT | _STAFF,
        "list_incidents": _STAFF,
        "announce_incident": _OPERATOR,
        "close_incident": _OPERATOR,
        "make_dispute_dossier": _CLIENT | _REVIEWERS,
        "list_dispute_dossiers": _CLIENT | _REVIEWERS,
        "make_collection_dossier": _REVIEWERS | _LAWYER,
        "list_collection_dossiers": _REVIEWERS | _LAWYER,
        "read_dossier": _CLIENT | _REVIEWERS | _LAWYER,
        "read_dossier_archive": _CLIENT | _REVIEWERS | _LAWYER,
        "switch_telegram": _CLIENT,
        "ask_telegram_link": _CLIENT,
        "confirm_telegram_link": _CLIENT,
        "end_telegram_link": _CLIENT,
        # returns of goods: what a client asks for and sends, what specialists decide
        "open_goods_return": _CLIENT,
        "list_goods_returns": _CLIENT | _STAFF,
        "list_goods_return_queue": _STAFF,
        "read_goods_return": _CLIENT | _STAFF,
        "read_goods_return_waiting": _STAFF,
        "read_goods_return_photo": _CLIENT | _STAFF,
        "read_goods_return_preview": _CLIENT | _STAFF,
        "read_goods_return_act": _CLIENT | _STAFF,
        "ship_goods_return": _CLIENT,
        "deactivate_goods_return": _CLIENT,
        "withdraw_goods_return": _CLIENT,
        "claim_carriage_goods_return": _CLIENT,
        "authorise_goods_return": _SPECIALIST,
        "refuse_goods_return": _SPECIALIST,
        "receive_goods_return": _SPECIALIST,
        "lose_goods_return": _SPECIALIST,
        "inspect_goods_return": _SPECIALIST,
        "accept_goods_return": _SPECIALIST,
        "reject_goods_return": _SPECIALIST,
        "send_goods_return": _SPECIALIST,
        "confirm_carriage_goods_return": _SPECIALIST,
        "refuse_carriage_goods_return": _SPECIALIST,
        "pay_carriage_goods_return": _ACCOUNTANT,
        # unpaid orders: what a client says, what staff decide, what both read
        "open_collection": _ACCOUNTANT,
        "list_collections": _CLIENT | _STAFF | _LAWYER,
        "read_collection": _CLIENT | _STAFF | _LAWYER,
        "read_collection_waiting": _STAFF | _LAWYER,
        "list_collection_letters": _CLIENT | _STAFF | _LAWYER,
        "read_collection_letter_pdf": _CLIENT | _BACK_OFFICE | _LAWYER,
        "preview_claim": _BACK_OFFICE | _LAWYER,
        "list_collection_contacts": _STAFF | _LAWYER,
        "give_reason": _CLIENT,
        "promise_payment": _CLIENT | _REVIEWERS,
        "pause_collection": _REVIEWERS,
        "send_claim": _ACCOUNTANT | _LAWYER,
        "to_lawyer": _REVIEWERS,
        "from_lawyer": _ACCOUNTANT | _LAWYER,
        "record_court": _ACCOUNTANT | _LAWYER,
        "settle_debt": _ACCOUNTANT,
        "propose_write_off": _ACCOUNTANT,
        "confirm_write_off": _BOOKKEEPING,
        "decline_write_off": _BOOKKEEPING,
        "cancel_collection": _ACCOUNTANT,
        "log_contact": _BACK_OFFICE | _LAWYER,
        # renewals: orders, claims of payments, reading, documents
        "read_organisation": _CLIENT | _BACK_OFFICE,
        "place_order": _CLIENT,
        "cancel_order": _CLIENT,
        "claim_payment": _CLIENT,
        "show_payment_order": _CLIENT,
        "read_payment_order_shown": _CLIENT | _ACCOUNTANT,
        "list_renewals": _EVERYBODY,
        "count_renewals": _EVERYBODY,
        "list_renewal_letters": _CLIENT | _STAFF,
        "read_renewal": _EVERYBODY,
        "read_renewal_waiting": _STAFF,
        "read_payment_page": _CLIENT,
        "read_invoice_pdf": _CLIENT | _REVIEWERS,
        "read_receipt": _CLIENT | _REVIEWERS,
        # notifications
        "list_inbox": _CLIENT | _STAFF,
        "read_inbox_message": _CLIENT | _STAFF,
        "read_whole_inbox": _CLIENT | _STAFF,
        "list_notifications": _OPERATOR,
        "retry_notification": _OPERATOR,
        # running it: the command line's
        "check_books": _BOOKKEEPING,
        "purge": _OPERATOR,
        "resolve_failed_step": _OPERATOR,
        "retry_failed_steps": _OPERATOR,
        "settle_by_hand": _OPERATOR,
        # policies: one proposes, another decides
        "propose_policy_change": _BOOKKEEPING,
        "confirm_policy_change": _BOOKKEEPING,
        "decline_policy_change": _BOOKKEEPING,
        "withdraw_policy_change": _BOOKKEEPING,
        "write_mailboxes": _OPERATOR,
        # filters that a person keeps
        "save_view": _STAFF,
        "delete_view": _STAFF,
    }
)
"""Every operation and who may call it. A client reaches its own data only, by every row."""

PUBLIC_PAGES = frozenset(
    {
        "answer_debt_letter",
        "show_debt_answer",
        "show_login",
        "ask_for_login_link",
        "show_login_link",
        "log_in_by_link",
        "begin_issuer_login",
        "end_issuer_login",
        "choose_page_language",
        "show_help",
        "show_dossier_keys",
    }
)
"""Pages and forms that need no session."""

PAGES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "log_out": _EVERYBODY,
        "log_out_everywhere": _EVERYBODY,
        "choose_organisation": _CLIENT,
        "end_session": _CLIENT,
        "end_other_sessions": _CLIENT,
        "show_notifications": _CLIENT,
        "show_documents": _CLIENT,
        "save_invoice": _CLIENT,
        "save_statement": _CLIENT,
        "save_scan": _CLIENT,
        "save_payment_order": _CLIENT,
        "save_reconciliation_act": _CLIENT,
        "show_settings": _CLIENT,
        "show_telegram": _CLIENT,
        "show_email_link": _CLIENT,
        "show_debt": _CLIENT,
        "save_debt_letter": _CLIENT,
        "show_collections": _BACK_OFFICE | _LAWYER,
        "show_lawyer_queue": _BACK_OFFICE | _LAWYER,
        "show_collection_on_desk": _BACK_OFFICE | _LAWYER,
        "save_collection_letter": _BACK_OFFICE | _LAWYER,
        "show_orders": _CLIENT,
        "show_order_payment": _CLIENT,
        "show_payments": _CLIENT,
        "show_renewal": _CLIENT,
        "order_again": _CLIENT,
        "show_refund_start": _CLIENT,
        "show_refund": _CLIENT,
        "show_statement_form": _CLIENT,
        "read_ticket_file_on_desk": _STAFF,
        "read_ticket_preview_on_desk": _STAFF,
        "show_desk": _STAFF | _LAWYER,
        "list_views": _STAFF,
        "show_refund_queue": _STAFF,
        "show_renewal_queue": _STAFF,
        "search_desk": _STAFF,
        "show_client_on_desk": _STAFF,
        "list_failed_steps": _OPERATOR,
        "decide_parked_letters": _OPERATOR,
        "show_failed_step": _OPERATOR,
        "preview_retries": _OPERATOR,
        "save_refund_report": _BACK_OFFICE,
        "check_requisites": _CLIENT,
        "follow_changes": _CLIENT | _STAFF | _LAWYER,
        "show_refund_on_desk": _STAFF,
        "show_requisites_reads": _BOOKKEEPING,
        "show_renewal_on_desk": _STAFF,
        "show_limit_request_on_desk": _SPECIALIST,
        "show_goods_return": _CLIENT,
        "show_goods_return_form": _CLIENT,
        "show_goods_returns": _CLIENT,
        "show_goods_return_on_desk": _STAFF,
        "read_goods_return_file_on_desk": _STAFF,
        "read_goods_return_preview_on_desk": _STAFF,
        "read_goods_return_act_on_desk": _STAFF,
        "show_receipt_on_desk": _BOOKKEEPING,
        "postpone_bank_entry": _ACCOUNTANT,
        "resume_bank_entry": _ACCOUNTANT,
        "show_dispute": _CLIENT,
        "show_dossiers": _CLIENT,
        "make_own_dossier": _CLIENT,
        "save_dossier": _CLIENT,
        "show_dispute_dossiers": _REVIEWERS,
        "show_collection_dossiers": _REVIEWERS | _LAWYER,
        "save_dossier_on_desk": _REVIEWERS | _LAWYER,
        "show_dispute_form": _CLIENT,
        "show_disputes": _CLIENT,
        "read_dispute_file": _CLIENT,
        "show_dispute_on_desk": _STAFF,
        "show_dispute_queue": _STAFF,
        "show_incidents": _OPERATOR,
        "read_dispute_file_on_desk": _STAFF,
        "read_dispute_preview_on_desk": _STAFF,
        "show_ticket": _CLIENT,
        "show_ticket_form": _CLIENT,
        "show_tickets": _CLIENT,
        "show_ticket_on_desk": _STAFF,
        "show_canned_answer": _STAFF,
        "show_departments": _STAFF,
        "show_department": _STAFF,
        "show_ticket_presence": _STAFF,
        "save_ticket_transcript": _STAFF,
        "list_surpluses": _BOOKKEEPING,
        "show_reconciliation_form": _ACCOUNTANT,
        "save_reconciliation_act_on_desk": _ACCOUNTANT,
        "show_reference": _STAFF,
        "show_calendar_day": _STAFF,
        "list_policies": _STAFF,
        "show_catalogue": _STAFF,
        "show_calculator": _BACK_OFFICE,
        "show_mailboxes": _BACK_OFFICE,
        "show_policy": _STAFF,
        "show_own_subscription": _CLIENT,
        "show_own_tariffs": _CLIENT,
        "show_subscription": _CLIENT,
        "show_tariffs": _CLIENT,
        "show_renewal_offer": _CLIENT,
        "show_upgrade_offer": _CLIENT,
        "show_order_form": _CLIENT,
        "show_limit_request_form": _CLIENT,
        "show_limit_request": _CLIENT,
    }
)
"""Every page, and the forms that are no commands; a form that is one has the command's row."""


class AccessUndecided(Exception):  # noqa: N818  the name says what is the matter
    """A route without a row in the table; the API refuses to start with one."""


def roles_of(operation: str) -> frozenset[Role]:
    """The roles that may call an operation, none where no token is asked for.

    Raises `AccessUndecided` for an operation that nobody decided about.
    """
    if operation in PUBLIC | BY_NETWORK:
        return frozenset()
    if operation not in ACCESS:
        raise AccessUndecided(f"starter/access.py has no row for {operation}")
    return ACCESS[operation]


def roles_of_page(operation: str) -> frozenset[Role]:
    """The roles that may see a page or send a form, none where no session is asked for.

    Raises `AccessUndecided` for one that nobody decided about.
    """
    if operation in PUBLIC_PAGES:
        return frozenset()
    return PAGES[operation] if operation in PAGES else roles_of(operation)


def client_in_filter(caller: Caller, client_id: str | None) -> str | None:
    """Whose rows a list shows: a client's own, whether it says so or not; of anybody for others.

    Raises `Refusal` `not_found` for another client's id, as everywhere.
    """
    if caller.role is not Role.CLIENT:
        return client_id
    if client_id is not None:
        require_own(caller, client_id)
    return caller.client_id


def require_visible(caller: Caller, rows: Sequence[RowT]) -> RowT:
    """The one row that was read by an id; a row of another client is `not_found`, as is none."""
    if not rows:
        raise not_found()
    (row,) = rows
    require_own(caller, row.client_id)
    return row


def require_own(caller: Caller, client_id: str) -> None:
    """Refuses a client what belongs to another, as if it were not there."""
    if caller.role is Role.CLIENT and caller.client_id != client_id:
        raise not_found()
