"""The converter of payloads: what it builds for a type, it builds once for all workflows."""

from temporalio.contrib.pydantic import PydanticPayloadConverter

from domain.case.decision import Decision
from workflows.payloads import SharedPayloadConverter, data_converter

SAID = Decision("petrova", "f3a1")


def test_a_workflow_reads_what_another_has_written() -> None:
    one, other = SharedPayloadConverter(), SharedPayloadConverter()
    assert other.from_payloads(one.to_payloads([SAID, 7]), [Decision, int]) == [SAID, 7]


def test_payloads_are_the_ones_of_the_sdk() -> None:
    assert SharedPayloadConverter().to_payloads([SAID]) == PydanticPayloadConverter().to_payloads(
        [SAID]
    )


def test_workflows_share_what_reads_a_type() -> None:
    assert data_converter.payload_converter_class is SharedPayloadConverter
    one, other = SharedPayloadConverter(), SharedPayloadConverter()
    assert one.converters[b"json/plain"] is other.converters[b"json/plain"]
