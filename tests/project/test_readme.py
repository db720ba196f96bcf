"""What README.md says of settings is what the code says."""

from __future__ import annotations

import pytest

from scripts import settings


@pytest.mark.parametrize("file", [settings.README, settings.MELTANO])
def test_settings_are_in_step_with_the_code(file: str) -> None:
    text = (settings.ROOT / file).read_text(encoding="utf-8")

    assert settings.renewed(file, text) == text, "run make format"


def test_a_file_without_a_place_for_the_settings_is_an_error() -> None:
    with pytest.raises(settings.MissingMarkersError):
        settings.renewed(settings.README, "no place here")


def test_a_setting_that_changed_is_written_anew() -> None:
    text = (settings.ROOT / settings.README).read_text(encoding="utf-8")
    spoilt = text.replace("| `api_key` |", "| `api_kex` |")

    assert spoilt != text
    assert settings.renewed(settings.README, spoilt) == text
