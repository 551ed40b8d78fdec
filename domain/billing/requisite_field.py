"""The names of requisites."""

from enum import StrEnum


class RequisiteField(StrEnum):
    """The fields of `Requisites`, as errors and remarks name them."""

    RECIPIENT_NAME = "recipient_name"
    INN = "inn"
    KPP = "kpp"
    BIC = "bic"
    ACCOUNT = "account"
    BANK_NAME = "bank_name"
    CORRESPONDENT_ACCOUNT = "correspondent_account"
