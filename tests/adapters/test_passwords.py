"""Passwords: the right one is taken, and nothing tells what it was."""

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from hypothesis import given, settings, strategies as st

from cvsec_adapters.tokens.passwords import LONGEST, Passwords
from cvsec_core.errors import InvalidFieldError

CHEAP = Passwords(PasswordHasher.from_parameters(CHEAPEST))
GOOD = "a long enough word"


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=LONGEST))
def test_a_password_is_taken_and_another_is_not(password):
    kept = CHEAP.hash(password)
    assert CHEAP.verify(kept, password)
    assert not CHEAP.verify(kept, password + "x")
    assert not CHEAP.needs_rehash(kept)


def test_the_hash_is_argon2id_with_a_salt_of_its_own():
    first, second = CHEAP.hash(GOOD), CHEAP.hash(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert GOOD not in first


def test_the_defaults_are_those_of_rfc_9106():
    kept = Passwords().hash(GOOD)
    assert "m=65536,t=3,p=4" in kept
    assert CHEAP.verify(kept, GOOD)  # the costs stand in the hash
    assert CHEAP.needs_rehash(kept)
    assert Passwords().needs_rehash(CHEAP.hash(GOOD))


def test_one_letter_written_in_two_ways_is_one_letter():
    assert CHEAP.verify(CHEAP.hash("contrase\u00f1a"), "contrasen\u0303a")


@pytest.mark.parametrize("password", ["", "short", "x" * (LONGEST + 1), "lone \ud800 half"])
def test_what_is_no_password_is_refused_and_not_told(password):
    with pytest.raises(InvalidFieldError) as refused:
        CHEAP.hash(password)
    assert not password or repr(password) not in str(refused.value)
    assert not CHEAP.verify(CHEAP.hash(GOOD), password)


def test_nobody_has_no_password_and_it_costs_as_much_to_say_so(counting):
    assert not counting.passwords.verify(None, GOOD)
    assert counting.hashed == [GOOD]


@pytest.mark.parametrize("kept", ["", "plain", "$argon2id$broken", "$2b$12$abcdefghijklmnopqrstuv"])
def test_what_is_no_hash_admits_nobody(kept):
    assert not CHEAP.verify(kept, GOOD)


def test_what_is_no_hash_needs_somebody_to_look_at_it():
    with pytest.raises(InvalidFieldError):
        CHEAP.needs_rehash("plain")


class Counting(PasswordHasher):
    """Remembers what it was asked to hash."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.hashed = []
        self.passwords = Passwords(self)

    def hash(self, password, *, salt=None):
        self.hashed.append(password)
        return super().hash(password, salt=salt)


@pytest.fixture
def counting():
    return Counting()
