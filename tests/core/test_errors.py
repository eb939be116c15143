"""What people are told: a code, a sentence in each language and a next step each time."""

import string
from typing import Any

import pytest
from attrs import fields, frozen
from hypothesis import given, strategies as st

from cvsec_core import catalogue
from cvsec_core.aggregates.device import CapabilityMissing, DeviceOffline
from cvsec_core.aggregates.door import DoorUnderLockdown
from cvsec_core.errors import (
    ActorMismatchError,
    CommandError,
    InvalidFieldError,
    InvalidFieldsError,
    Reason,
    RefusedError,
    StreamMovedError,
    Told,
    Words,
)
from cvsec_core.values import how_long, invalid
from tests.strategies import all_reasons, made


def leaves(base: type) -> list[Any]:
    """The attrs classes of the core below *base*."""
    below = [s for s in base.__subclasses__() if "__attrs_attrs__" in vars(s)]
    found = [s for s in below if s.__module__.startswith("cvsec_core.")]
    return found + [leaf for sub in below for leaf in leaves(sub)]


ALL: list[type[Told]] = [*leaves(Reason), *leaves(CommandError)]
assert catalogue  # everything that says anything has been imported


def test_there_are_reasons_and_errors():
    assert {"under-lockdown", "device-offline", "already-acknowledged"} <= {t.code for t in ALL}
    assert {t for t in ALL if issubclass(t, Reason)} == set(all_reasons())


def test_every_code_is_kebab_case_and_given_once():
    codes = [told.code for told in ALL]
    assert len(set(codes)) == len(codes)
    assert all(set(code) <= set(string.ascii_lowercase + "-") for code in codes)


@pytest.mark.parametrize("told", ALL, ids=lambda t: t.__name__)
def test_every_sentence_is_there_in_both_languages_and_ends(told: type[Told]):
    for words in (told.says, told.advises):
        assert isinstance(words, Words)
        assert words.en != words.es
        assert all(text.strip() and text.endswith(".") for text in words)


@pytest.mark.parametrize("told", ALL, ids=lambda t: t.__name__)
def test_both_languages_name_the_same_fields_and_only_those_that_there_are(told: type[Told]):
    has = {f.name for f in fields(told)}
    for words in (told.says, told.advises):
        en, es = ({name for _, name, _, _ in string.Formatter().parse(t) if name} for t in words)
        assert en == es
        assert en <= has


MADE_OF_OTHERS = {RefusedError, InvalidFieldError, InvalidFieldsError}


@pytest.mark.parametrize("told", [t for t in ALL if t not in MADE_OF_OTHERS])
@given(data=st.data())
def test_every_message_fills(told: type[Told], data: st.DataObject):
    it = data.draw(made(told))
    for locale in ("en", "es"):
        for text in (it.message(locale), it.next_step(locale)):
            assert text
            assert "{" not in text
    assert it.message("en") != it.message("es")


def test_a_list_is_told_as_one():
    reason = DoorUnderLockdown("lobby-1", ("west", "east"))
    assert reason.message() == "Door lobby-1 is under lockdown (east, west)."
    assert reason.message("es") == "La puerta lobby-1 está bloqueada (east, west)."
    assert reason.next_step() == "Cancel the lockdown of east, west first."


def test_every_field_that_is_no_good_is_named():
    number = Words("a number", "un número")
    error = InvalidFieldsError(
        (InvalidFieldError("seconds", "'x'", number), InvalidFieldError("doors", "0", number))
    )
    assert (
        error.message() == "seconds: expected a number, got 'x'. doors: expected a number, got 0."
    )
    assert error.message("es").startswith("seconds: se esperaba un número, no 'x'. doors:")


def test_a_number_is_told_as_one():
    @frozen
    class TooMany(Told):
        doors: int
        code = "too-many"
        says = Words("{doors} doors.", "{doors} puertas.")
        advises = Words("Fewer than {doors}.", "Menos de {doors}.")

    assert (TooMany(7).message("es"), TooMany(7).next_step()) == ("7 puertas.", "Fewer than 7.")


def test_an_error_is_its_sentence():
    error = ActorMismatchError("guard", "reception")
    assert str(error) == "guard is signed in, but the command says it is from reception."
    assert error.next_step() == "Send it as guard; name the other person in `on_behalf_of`."


def test_bad_input_names_the_field_what_was_expected_and_what_came():
    error = InvalidFieldError("seconds", "0", Words("1 to 254 seconds", "de 1 a 254 segundos"))
    assert str(error) == "seconds: expected 1 to 254 seconds, got 0."
    assert error.message("es") == "seconds: se esperaba de 1 a 254 segundos, no 0."
    assert error.next_step() == "Correct seconds and send it again."
    assert error.next_step("es") == "Corrija seconds y envíelo de nuevo."


def test_what_came_is_described_in_the_readers_language():
    with pytest.raises(InvalidFieldError) as caught:
        invalid("pin", how_long("12"), "4 to 8 digits", "de 4 a 8 dígitos")
    assert caught.value.message() == "pin: expected 4 to 8 digits, got 2 characters."
    assert caught.value.message("es") == "pin: se esperaba de 4 a 8 dígitos, no 2 caracteres."


@pytest.mark.parametrize("nothing", [None, ()])
def test_what_is_missing_is_nothing(nothing: object):
    with pytest.raises(InvalidFieldError) as caught:
        invalid("doors", nothing, "at least one door", "al menos una puerta")
    assert caught.value.message() == "doors: expected at least one door, got nothing."
    assert caught.value.message("es") == "doors: se esperaba al menos una puerta, no nada."


def test_a_refusal_that_is_raised_tells_every_reason_and_the_first_next_step():
    error = RefusedError((DeviceOffline("lobby"), CapabilityMissing("lobby", "pulse")))
    assert str(error) == "Device lobby is offline. Device lobby cannot do this: pulse."
    assert error.next_step("es") == DeviceOffline("lobby").next_step("es")


def test_an_exception_can_be_kept_in_a_set():
    assert len({StreamMovedError(("a",)), StreamMovedError(("a",))}) == 2
    assert len({ActorMismatchError("a", "b"), ActorMismatchError("a", "b")}) == 2
