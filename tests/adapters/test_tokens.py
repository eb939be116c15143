"""Signed texts: what was written here is read back, and nothing else is."""

import re
import string
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, strategies as st
from itsdangerous import Signer

from cvsec_adapters.tokens import signed
from cvsec_adapters.tokens.signed import (
    EPOCH,
    LONGEST,
    Code,
    DynamicCodes,
    Invitation,
    InvitationTokens,
    TokenForgedError,
    TokenMalformedError,
    TokenTooLongError,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import CredentialId, InvitationId

OLD, NEW, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
NONCE = "abcdefghijklmnop"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOKENS, CODES = InvitationTokens((OLD, NEW)), DynamicCodes((OLD, NEW))
READERS = (TOKENS.read, lambda text: CODES.read(text, NOON))
REFUSED = (TokenForgedError, TokenMalformedError, TokenTooLongError)
BLANKS = ("Zs", "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
IDS = st.text(
    st.characters(exclude_categories=BLANKS, exclude_characters="@|"), min_size=1, max_size=64
).filter(str.isprintable)
NONCES = st.from_regex(r"[A-Za-z0-9_-]{16,64}", fullmatch=True)


@given(IDS, NONCES)
def test_a_token_is_read_back(invitation, nonce):
    text = TOKENS.write(InvitationId(invitation), nonce)
    assert TOKENS.read(text) == Invitation(InvitationId(invitation), nonce)
    assert len(text) <= LONGEST
    assert re.fullmatch(r"[A-Za-z0-9._-]+", text)


@given(IDS, NONCES, st.integers(0, 9_000_000_000).map(lambda s: EPOCH + timedelta(seconds=s)))
def test_a_dynamic_code_is_read_back_and_fresh(credential, nonce, at):
    read = CODES.read(CODES.write(CredentialId(credential), nonce, at), at)
    assert read.credential == credential
    assert read.code.endswith(nonce)
    assert read.fresh


def test_the_longest_token_stays_below_the_cap():
    longest = CredentialId("\N{GRINNING FACE}" * 64)
    text = CODES.write(longest, "n" * 64, datetime(9999, 12, 31, tzinfo=UTC))
    assert len(text) <= LONGEST
    assert CODES.read(text, NOON).credential == longest


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(max_size=2 * LONGEST) | st.text("I1C.abc_-=", max_size=LONGEST))
def test_any_text_is_refused_cleanly(read, text):
    with pytest.raises(REFUSED):
        read(text)


@pytest.mark.parametrize("prefix", ["I1", "C1"])
@given(
    body=st.sampled_from(["' OR 1=1 --", "1); DROP TABLE stored_events;--", '" UNION SELECT *'])
    | st.text(max_size=200)
)
def test_what_looks_like_a_statement_never_gets_past_the_signature(prefix, body):
    with pytest.raises(REFUSED):
        READERS[prefix == "C1"](f"{prefix}.{body}.{NONCE}.{'A' * 43}")


@given(st.data())
def test_a_changed_character_is_refused(data):
    text = data.draw(
        st.sampled_from(
            [TOKENS.write(InvitationId("i"), NONCE), CODES.write(CredentialId("c"), NONCE, NOON)]
        )
    )
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(
        (st.characters() | st.sampled_from("ABCDwxyz0189-_=.")).filter(lambda c: c != text[place])
    )
    changed = text[:place] + other + text[place + 1 :]
    for read in READERS:
        with pytest.raises(REFUSED):
            read(changed)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (TOKENS.write(InvitationId("i"), NONCE), READERS[0]),
        (CODES.write(CredentialId("c"), NONCE, NOON), READERS[1]),
    ],
)
def test_no_other_letter_will_do_in_any_place(text, read):
    read(text)
    for place, letter in product(range(len(text)), string.ascii_letters + string.digits + "-_.="):
        if letter != text[place]:
            with pytest.raises(REFUSED):
                read(text[:place] + letter + text[place + 1 :])


@given(st.data())
def test_a_cut_or_lengthened_token_is_refused(data):
    text = TOKENS.write(InvitationId("i"), NONCE)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    longer = text + data.draw(st.text(min_size=1, max_size=5))
    for changed in (cut, longer):
        if changed.strip() == text:
            continue
        with pytest.raises(REFUSED):
            TOKENS.read(changed)


@pytest.mark.parametrize("tail", ["=", "==", ".", "\x00", "\n."])
def test_only_one_text_is_the_token(tail):
    with pytest.raises(REFUSED):
        TOKENS.read(TOKENS.write(InvitationId("i"), NONCE) + tail)


@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", "{} ", " \t{}\n\n", "\n{}"])
def test_what_a_scanner_adds_is_no_part_of_a_code(around):
    token, code = (
        TOKENS.write(InvitationId("i"), NONCE),
        CODES.write(CredentialId("x"), NONCE, NOON),
    )
    assert TOKENS.read(around.format(token)) == TOKENS.read(token)
    assert CODES.read(around.format(code), NOON) == CODES.read(code, NOON)


def test_a_token_of_one_kind_is_none_of_another():
    code = CODES.write(CredentialId("x"), NONCE, NOON)
    token = TOKENS.write(InvitationId("x"), NONCE)
    with pytest.raises(TokenMalformedError):
        TOKENS.read(code)
    with pytest.raises(TokenForgedError):
        TOKENS.read("I1" + code[2:])
    with pytest.raises(TokenForgedError):
        CODES.read("C1" + token[2:], NOON)


def test_too_long_a_text_is_not_looked_into(monkeypatch):
    monkeypatch.setattr(signed, "_signer", None)
    with pytest.raises(TokenTooLongError) as refused:
        TOKENS.read("I1." + "A" * LONGEST)
    assert str(LONGEST) in refused.value.message("es")


def test_the_newest_key_signs_and_the_older_ones_are_still_trusted():
    from_old = InvitationTokens((OLD,)).write(InvitationId("i"), NONCE)
    assert TOKENS.read(from_old).nonce == NONCE
    from_new = TOKENS.write(InvitationId("i"), NONCE)
    assert InvitationTokens((NEW,)).read(from_new).nonce == NONCE
    with pytest.raises(TokenForgedError):
        InvitationTokens((OLD,)).read(from_new)
    with pytest.raises(TokenForgedError):
        InvitationTokens((OTHER,)).read(from_new)


@pytest.mark.parametrize("keys", [(), (b"short",), (NEW, b"x" * 31)])
@pytest.mark.parametrize("kind", [InvitationTokens, DynamicCodes])
def test_a_key_is_not_short_and_an_error_does_not_tell_it(kind, keys):
    with pytest.raises(InvalidFieldError) as refused:
        kind(keys)
    assert "short" not in str(refused.value)


def test_a_key_is_not_shown():
    assert "keys" not in repr(TOKENS) + repr(CODES)


@pytest.mark.parametrize(
    "nonce", ["", "short", "n" * 65, "with.a.dot.inside", "ñ" * 16, NONCE + "\n"]
)
def test_a_nonce_has_a_fixed_form(nonce):
    with pytest.raises(InvalidFieldError):
        TOKENS.write(InvitationId("i"), nonce)
    with pytest.raises(InvalidFieldError):
        CODES.write(CredentialId("c"), nonce, NOON)


@pytest.mark.parametrize("name", ["", "x" * 65, "a b", "a@b"])
def test_what_is_no_id_makes_no_token(name):
    with pytest.raises(InvalidFieldError):
        TOKENS.write(InvitationId(name), NONCE)


def test_a_new_nonce_fits_and_is_new():
    nonces = {signed.new_nonce() for _ in range(100)}
    assert len(nonces) == 100
    for nonce in nonces:
        TOKENS.write(InvitationId("i"), nonce)


@pytest.mark.parametrize(
    "body",
    ["", "aQ", f"aQ.{NONCE}.more", "aQ.short", f"_w.{NONCE}", f"a.{NONCE}", f"aQ.-1.{NONCE}"],
)
def test_even_a_signed_text_has_to_have_the_form(body):
    for prefix, read in zip(("I1", "C1"), READERS, strict=True):
        text = signed._signed((NEW,), prefix, *body.split("."))
        with pytest.raises(TokenMalformedError):
            read(text)


def test_a_signature_that_the_library_would_make_for_itself_is_not_ours():
    with pytest.raises(TokenForgedError):
        TOKENS.read(Signer(NEW).sign(f"I1.aQ.{NONCE}").decode())


# Time.
def fresh(codes: DynamicCodes, seconds: float) -> bool:
    text = codes.write(CredentialId("c"), NONCE, NOON)
    return codes.read(text, NOON + timedelta(seconds=seconds)).fresh


@pytest.mark.parametrize(
    ("seconds", "is_fresh"), [(-0.001, False), (0, True), (29.999, True), (30, False)]
)
def test_a_code_lives_for_thirty_seconds(seconds, is_fresh):
    assert fresh(CODES, seconds) == is_fresh


@pytest.mark.parametrize(
    ("seconds", "is_fresh"), [(-5.001, False), (-5, True), (34.999, True), (35, False)]
)
def test_a_device_clock_may_be_wrong_by_the_drift(seconds, is_fresh):
    assert fresh(DynamicCodes((NEW,), drift=timedelta(seconds=5)), seconds) == is_fresh


def test_a_code_tells_when_the_next_one_is_shown():
    assert CODES.next_at(NOON) == NOON + timedelta(seconds=30)
    assert CODES.next_at(NOON + timedelta(seconds=29)) == NOON + timedelta(seconds=30)


def test_the_same_code_has_the_same_number_and_another_one_another():
    def number(nonce, at):
        return CODES.read(CODES.write(CredentialId("c"), nonce, at), NOON).code

    first = number(NONCE, NOON)
    assert first == number(NONCE, NOON + timedelta(seconds=29))
    assert len({first, number(NONCE, NOON + timedelta(seconds=30)), number("q" * 16, NOON)}) == 3


def test_a_code_far_from_now_is_read_and_not_fresh():
    text = signed._signed((NEW,), "C1", urlsafe_b64encode(b"abc").decode(), "9" * 12, NONCE)
    assert CODES.read(text, NOON) == Code(CredentialId("abc"), f"{'9' * 12}-{NONCE}", fresh=False)


@pytest.mark.parametrize("spans", [{"life": timedelta(0)}, {"drift": timedelta(seconds=-1)}])
def test_a_span_makes_sense(spans):
    with pytest.raises(InvalidFieldError):
        DynamicCodes((NEW,), **spans)
