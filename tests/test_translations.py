"""Chinese: every term of the source is translated, and refusals speak it."""

import pytest

from dev import translations

from .support.clients import AccessDenied


def test_every_term_is_translated():
    """The translation is complete and has no fuzzy entry."""
    translations.check()


def test_refusals_speak_the_language_of_the_user(json2):
    """Who works in Chinese is refused in Chinese."""
    with pytest.raises(AccessDenied) as refusal:
        json2("seller").call(
            "mci.score",
            "pull",
            date_from="2026-01-01",
            date_to="2026-12-31",
            context={"lang": "zh_CN"},
        )
    assert "考核结果由人力资源负责" in refusal.value.message


def test_labels_speak_the_language_of_the_user(json2):
    """Labels of fields and choices are Chinese for `wei`."""
    labels = json2("wei").call(
        "mci.booking",
        "fields_get",
        allfields=["state"],
        attributes=["selection"],
        context={"lang": "zh_CN"},
    )
    assert dict(labels["state"]["selection"])["confirmed"] == "已确认"
