"""How arguments and results become payloads: one converter for all workflows of a process."""

from dataclasses import replace

from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter

_SHARED = PydanticPayloadConverter()


class SharedPayloadConverter(PydanticPayloadConverter):
    """The SDK's converter, whose readers of our types are built once.

    The SDK makes a converter for every workflow that it keeps, and for every task of one; each
    would build its own reader for every type that it meets: a millisecond and 22 KiB each.
    """

    def __init__(self) -> None:
        self.converters = _SHARED.converters


data_converter = replace(pydantic_data_converter, payload_converter_class=SharedPayloadConverter)
"""The one of every client of the product."""
