"""What the worker takes for granted."""

import pytest

from settings import temporal_options


def test_payloads_have_no_codec_and_no_outside_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The class `_PlainPayloads` of the worker stands on it: it goes before either comes."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    converter = temporal_options()["data_converter"]
    assert (converter.payload_codec, converter.external_storage) == (None, None)
