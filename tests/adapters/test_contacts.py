"""Addresses and numbers in one form."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, strategies as st

from cvsec_adapters.contacts import LONGEST_EMAIL, email_address, phone_number, region_of
from cvsec_core.errors import InvalidFieldError


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("visitor@example.org", "visitor@example.org"),
        ("  Visitor@EXAMPLE.org ", "Visitor@example.org"),
        ("reception+north@sub.example.org", "reception+north@sub.example.org"),
        ("visitor@xn--exmple-cua.org", "visitor@exämple.org"),
        ("visitor@EXÄMPLE.org", "visitor@exämple.org"),
        ("mun\u0303oz@example.org", "mu\u00f1oz@example.org"),
    ],
)
def test_an_address_has_one_form(text, kept):
    assert email_address(text) == kept
    assert email_address(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "visitor",
        "@example.org",
        "visitor@",
        "visitor@example",
        "a b@example.org",
        "visitor@example.org\r\nBcc: other@example.org",
        "visitor@example.org, other@example.org",
        "Visitor <visitor@example.org>",
        "visitor@[127.0.0.1]",
        "v" * 65 + "@example.org",
        "visitor@" + "x" * 300 + ".org",
    ],
)
def test_what_is_no_address_is_refused_in_both_languages(text):
    with pytest.raises(InvalidFieldError) as refused:
        email_address(text)
    assert refused.value.field == "email"
    assert "name@example.org" in refused.value.message()
    assert "nombre@example.org" in refused.value.message("es")


@pytest.mark.parametrize(
    ("text", "region", "kept"),
    [
        ("600 123 456", "ES", "+34600123456"),
        ("+34 600-123-456", "US", "+34600123456"),
        ("0034 600 123 456", "ES", "+34600123456"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("(601) 555 0100", "US", "+16015550100"),
    ],
)
def test_a_number_has_one_form(text, region, kept):
    assert phone_number(text, region) == kept
    assert phone_number(kept, region) == kept


@pytest.mark.parametrize(
    "text", ["", "12", "hello", "600 123 45", "+999 123456789", "600123456 ext. 7", "1" * 500]
)
def test_what_is_no_number_is_refused_in_both_languages(text):
    with pytest.raises(InvalidFieldError) as refused:
        phone_number(text, "ES")
    assert refused.value.field == "phone"
    assert "a number of ES" in refused.value.message()
    assert "un número de ES" in refused.value.message("es")


@pytest.mark.parametrize("region", ["", "es", "XX", "Spain"])
def test_a_region_is_two_letters_that_there_are(region):
    with pytest.raises(InvalidFieldError) as refused:
        phone_number("600 123 456", region)
    assert refused.value.field == "region"


@given(st.text())
def test_any_text_is_one_thing_or_the_other(text):
    for read in (email_address, lambda number: phone_number(number, "ES")):
        try:
            kept = read(text)
        except InvalidFieldError:
            continue
        assert read(kept) == kept


@given(
    st.text("aZ0.!#$%&'*+/=?^_`{|}~-@ \"()<>,:;\\[]ñ\n\0", max_size=70),
    st.sampled_from(
        [
            "example.org",
            "EXAMPLE.org",
            "exämple.org",
            "xn--exmple-cua.org",
            "a..b",
            "local",
            "x.test",
            "example.org.",
            "-a.org",
            "a_b.org",
            "1.2.3.4",
            "[1.2.3.4]",
            "",
            ".org",
            f"{'x' * 64}.org",
            ".".join(["x" * 60] * 4),
        ]
    ),
)
def test_a_domain_that_is_known_changes_no_answer(mailbox, domain):
    address = f"{mailbox}@{domain}"
    try:
        kept = validate_email(address.strip(), check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        kept = None
    for _ in range(2):
        try:
            assert email_address(address) == kept
        except InvalidFieldError:
            assert kept is None or len(address) > LONGEST_EMAIL


def test_without_a_region_a_number_names_its_country():
    assert phone_number("+34 600 123 456", None) == "+34600123456"
    with pytest.raises(InvalidFieldError, match="begins with \\+ and its country"):
        phone_number("600 123 456", None)


@pytest.mark.parametrize(
    ("zone", "region"),
    [("Europe/Madrid", "ES"), ("America/Bogota", "CO"), ("UTC", None), ("Etc/GMT+3", None)],
)
def test_a_zone_is_that_of_a_country_or_of_none(zone, region):
    assert region_of(zone) == region
