"""People, hours, PINs and sign-in at a desk, as embedding services use them."""

from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from attrs import evolve
from hypothesis import given, strategies as st

from cvsec_adapters.desk import credentials, login, people, settings
from cvsec_adapters.desk.credentials import Validity
from cvsec_adapters.desk.hours import schedule
from cvsec_adapters.desk.login import (
    AppLoginDisabledError,
    LoginFailedError,
    PolicyNotAcceptedError,
)
from cvsec_adapters.desk.people import Details
from cvsec_adapters.tokens.passwords import Passwords
from cvsec_adapters.wiring import desk_of, open_site
from cvsec_core.aggregates import credential, person
from cvsec_core.aggregates.person import PersonUnknownError
from cvsec_core.errors import InvalidFieldError
from cvsec_core.values import WEEK, Interval

NOW = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path):
    """A site where somebody is enrolled, whose passwords cost little."""
    with open_site(tmp_path / "site.db", clock=lambda: NOW) as site:
        people.enroll(site, "P1", Details("Host", "One"), by="registrar").or_raise()
        cheap = Passwords(PasswordHasher.from_parameters(CHEAPEST))
        yield evolve(desk_of(site), passwords=cheap)


# Hours.
@pytest.mark.parametrize(
    ("text", "intervals"),
    [
        ("mon 08:00-18:00", [(("mon",), 480, 1080)]),
        ("  MON   8:00-18:00 ", [(("mon",), 480, 1080)]),
        ("mon,wed 08:00-18:00", [(("mon", "wed"), 480, 1080)]),
        ("wed,mon,mon 08:00-18:00", [(("mon", "wed"), 480, 1080)]),
        ("mon-wed,sat 08:00-18:00", [(("mon", "tue", "wed", "sat"), 480, 1080)]),
        ("sat-mon 08:00-18:00", [(("mon", "sat", "sun"), 480, 1080)]),
        ("daily 00:00-24:00", [(WEEK, 0, 1440)]),
        ("fri 22:00-24:00", [(("fri",), 1320, 1440)]),
        ("fri 22:00-00:00", [(("fri",), 1320, 1440)]),
        ("fri 22:00-06:00", [(("fri",), 1320, 1440), (("sat",), 0, 360)]),
        ("sun 22:00-06:00", [(("sun",), 1320, 1440), (("mon",), 0, 360)]),
        ("fri 08:00-12:00, 14:00-18:00", [(("fri",), 480, 720), (("fri",), 840, 1080)]),
    ],
)
def test_hours_are_read_as_people_write_them(text, intervals):
    assert schedule([text]).intervals == tuple(Interval(*told) for told in intervals)


@pytest.mark.parametrize(
    "text",
    [
        "", "mon", "08:00-18:00", "mon 08:00", "mon 08:00-", "mon 8-18", "mon 08:00-08:00",
        "mon 24:00-08:00", "mon 25:00-26:00", "mon 08:60-09:00", "mon 24:30-25:00",
        "lun 08:00-18:00", "mon- 08:00-18:00", "-mon 08:00-18:00", "mon-fri-sat 08:00-18:00",
        "mon,, 08:00-18:00", "mon ٢٣:٣٣-٢٣:٤٤", "mon 08:00-18:00 " * 50,
    ],
)  # fmt: skip
def test_what_are_no_hours_is_told_with_an_example(text):
    with pytest.raises(InvalidFieldError, match="mon-fri 08:00-18:00") as caught:
        schedule([text])
    assert caught.value.field == "hours"
    assert "días y horas" in caught.value.message("es")


def test_the_part_that_is_no_good_is_named():
    with pytest.raises(InvalidFieldError, match=r"\(not '25:00'\)"):
        schedule(["mon-fri 08:00-12:00,25:00-26:00"])


@given(st.sets(st.sampled_from(WEEK), min_size=1), st.integers(0, 1439), st.integers(0, 1440))
def test_hours_cover_what_they_say_round_the_clock(days, start, end):
    if start == end:
        return
    text = f"{','.join(days)} {start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}"
    read = schedule([text])
    for interval in read.intervals:
        interval.check()
    length = (end - start) % 1440 or 1440
    covered = sum(len(i.days) * (i.end - i.start) for i in read.intervals)
    assert covered == length * len(days)


# People.
def test_what_is_refused_gives_nobody_a_name(desk):
    with pytest.raises(InvalidFieldError):
        people.enroll(desk.site, "P2", Details(""), by="registrar")
    with pytest.raises(PersonUnknownError):
        desk.site.person("P2")


def test_a_number_that_a_device_showed_before_is_theirs(desk):
    name = desk.site.newcomer(("number", "P2"))
    with pytest.raises(PersonUnknownError):
        people.enrolled(desk.site, "P2")
    people.enroll(desk.site, "P2", Details("Guest"), by="registrar").or_raise()
    assert people.enrolled(desk.site, "P2")[0] == name


# Signing in.
PASSWORD = "correct horse battery"


def test_who_knows_the_password_and_may_signs_in(desk):
    login.set_password(desk, "P1", PASSWORD, by="registrar").or_raise()
    people.switch_login(desk.site, "P1", on=True, by="registrar").or_raise()
    who = login.login(desk, "P1", PASSWORD)
    assert (who.person, who.number, who.kind) == (desk.site.person("P1"), "P1", "personnel")


def test_nobody_is_told_whether_the_number_or_the_password_is_wrong(desk):
    people.enroll(desk.site, "P2", Details("Guest"), by="registrar").or_raise()
    people.switch_login(desk.site, "P2", on=True, by="registrar").or_raise()
    login.set_password(desk, "P1", PASSWORD, by="registrar").or_raise()
    errors = []
    for number, word in (("P1", "wrong"), ("nobody", PASSWORD), ("P2", PASSWORD), ("P1", "")):
        with pytest.raises(LoginFailedError) as caught:
            login.login(desk, number, word)
        errors.append(caught.value)
    assert len({(error.code, error.message(), error.next_step()) for error in errors}) == 1


def test_a_login_that_is_not_enabled_is_told_to_who_knows_the_password_only(desk):
    login.set_password(desk, "P1", PASSWORD, by="registrar").or_raise()
    before = desk.site.log.head()
    with pytest.raises(AppLoginDisabledError):
        login.login(desk, "P1", PASSWORD)
    with pytest.raises(LoginFailedError):
        login.login(desk, "P1", "wrong")
    assert desk.site.log.head() == before


def test_a_password_is_changed_in_one_place_by_who_knows_the_old_one(desk):
    login.set_password(desk, "P1", PASSWORD, by="registrar").or_raise()
    people.switch_login(desk.site, "P1", on=True, by="registrar").or_raise()
    with pytest.raises(LoginFailedError):
        login.change_password(desk, "P1", "wrong", "another horse")
    login.change_password(desk, "P1", PASSWORD, "another horse").or_raise()
    assert login.login(desk, "P1", "another horse")
    with pytest.raises(LoginFailedError):
        login.login(desk, "P1", PASSWORD)
    recorded = desk.site.log.read(person.stream(desk.site.person("P1")))[-1]
    assert "P1" not in (recorded.meta.actor, recorded.event.by)


def test_a_hash_of_other_costs_is_made_anew_at_the_next_sign_in(desk):
    costly = evolve(desk, passwords=Passwords(PasswordHasher(2, 1024, 1)))
    login.set_password(costly, "P1", PASSWORD, by="registrar").or_raise()
    people.switch_login(desk.site, "P1", on=True, by="registrar").or_raise()
    before = people.enrolled(desk.site, "P1")[1].password
    login.login(desk, "P1", PASSWORD)
    after = people.enrolled(desk.site, "P1")[1].password
    assert before != after
    login.login(desk, "P1", PASSWORD)
    assert people.enrolled(desk.site, "P1")[1].password == after


def test_who_signs_in_is_told_of_a_policy_to_accept(desk):
    login.set_password(desk, "P1", PASSWORD, by="registrar").or_raise()
    people.switch_login(desk.site, "P1", on=True, by="registrar").or_raise()
    settings.publish_policy(desk.site, by="registrar").or_raise()
    for act in (
        lambda: login.login(desk, "P1", PASSWORD),
        lambda: login.change_password(desk, "P1", PASSWORD, "another horse"),
    ):
        with pytest.raises(PolicyNotAcceptedError) as caught:
            act()
        assert caught.value.version == 1
    with pytest.raises(LoginFailedError):
        login.accept_policy(desk, "P1", "wrong", 1)
    login.accept_policy(desk, "P1", PASSWORD, 1).or_raise()
    assert login.login(desk, "P1", PASSWORD)


# PINs.
def test_a_pin_finds_the_credential_of_who_types_it(desk):
    site = desk.site
    people.enroll(site, "P2", Details("Guest"), by="registrar").or_raise()
    issued = credentials.issue_pin(site, "P1", "4815", by="registrar")
    issued.answer.or_raise()
    who, other = site.person("P1"), site.person("P2")
    assert credentials.credential_of_pin(site, who, "4815") == issued.credential
    assert credentials.credential_of_pin(site, who, "1623") is None
    assert credentials.credential_of_pin(site, other, "4815") is None
    duress = credentials.issue_pin(
        site, "P1", "1623", by="registrar", validity=Validity(duress=True)
    )
    assert credentials.credential_of_pin(site, who, "1623") == duress.credential
    state = site.state(credential.stream(issued.credential))
    assert "4815" not in repr(state)
    credentials.revoke(site, issued.credential, by="registrar").or_raise()
    assert credentials.credential_of_pin(site, who, "4815") is None
