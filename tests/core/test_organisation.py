"""The organisation: founded once, and life safety whether founded or not."""

from typing import Any

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import organisation
from cvsec_core.aggregates.organisation import (
    RETENTION_DAYS,
    ConfigureMail,
    DeviceReleaseBegun,
    DeviceReleaseEnded,
    DisplayOfPersonalDataSet,
    EndLifeSafetyRelease,
    Founded,
    FoundOrganisation,
    LifeSafetyReleaseBegun,
    LifeSafetyReleaseEnded,
    MailConfigured,
    OrganisationCommand,
    OrganisationFounded,
    OrganisationFoundedError,
    PolicyPublished,
    PublishPolicy,
    ReleaseForLifeSafety,
    ReportDeviceRelease,
    ReportDeviceReleaseEnded,
    RetentionSet,
    SetDisplayOfPersonalData,
    SetRetention,
    SetVisitReasons,
    VisitReasonsSet,
)
from cvsec_core.errors import InvalidFieldError
from tests.core.places import BACK, FRONT, NOON, after
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

FOUND = FoundOrganisation("The school", "Europe/Madrid", "es", "facility-manager", NOON)
FOUNDED = OrganisationFounded("The school", "Europe/Madrid", "es", "facility-manager", NOON)
RELEASE = ReleaseForLifeSafety((FRONT, BACK), "fire", "guard", NOON)
BEGUN = LifeSafetyReleaseBegun((FRONT, BACK), "fire", "guard", NOON)
END = EndLifeSafetyRelease("guard", NOON)
ENDED = LifeSafetyReleaseEnded((FRONT, BACK), "guard", NOON)
OPENED, SHUT = ReportDeviceRelease(FRONT, NOON), ReportDeviceReleaseEnded(FRONT, NOON)
DEVICE_BEGUN, DEVICE_ENDED = DeviceReleaseBegun(FRONT, NOON), DeviceReleaseEnded(FRONT, NOON)

MAIL = ConfigureMail("mail.example.org", 587, "door@example.org", "administrator", NOON)
CONFIGURED = MailConfigured(
    "mail.example.org", 587, "door@example.org", None, None, "starttls", "administrator", NOON
)
PUBLISH = PublishPolicy(1, "dpo", NOON)
SHOW = SetDisplayOfPersonalData(("name",), "dpo", NOON)
KEEP = SetRetention(7, "dpo", NOON)
REASONS = SetVisitReasons(("audit",), "reception", NOON)
SETTINGS: list[tuple[object, object]] = [
    (MAIL, CONFIGURED),
    (PUBLISH, PolicyPublished(1, "dpo", NOON)),
    (SHOW, DisplayOfPersonalDataSet(("name",), "dpo", NOON)),
    (KEEP, RetentionSet(7, "dpo", NOON)),
    (REASONS, VisitReasonsSet(("audit",), "reception", NOON)),
]

STATES = {
    "unfounded": [],
    "unfounded, released": [BEGUN],
    "unfounded, opened by a device": [DEVICE_BEGUN],
    "founded": [FOUNDED],
    "founded, opened by a device": [FOUNDED, DEVICE_BEGUN],
    "founded, released": [FOUNDED, BEGUN],
}
TABLE: list[Row] = [
    ("unfounded", FOUND, [FOUNDED]),
    ("unfounded", RELEASE, [BEGUN]),
    ("unfounded", END, []),
    ("unfounded, released", FOUND, [FOUNDED]),
    ("unfounded, released", RELEASE, []),
    ("unfounded, released", END, [ENDED]),
    ("founded", FOUND, []),
    ("founded", RELEASE, [BEGUN]),
    ("founded", END, []),
    *((s, OPENED, [DEVICE_BEGUN]) for s in STATES if "device" not in s),
    *((s, SHUT, []) for s in STATES if "device" not in s),
    *(
        row
        for state, founding in (
            ("unfounded, opened by a device", [FOUNDED]),
            ("founded, opened by a device", []),
        )
        for row in (
            (state, FOUND, founding),
            (state, RELEASE, [BEGUN]),
            (state, END, [LifeSafetyReleaseEnded((FRONT,), "guard", NOON)]),
            (state, OPENED, []),
            (state, SHUT, [DEVICE_ENDED]),
        )
    ),
    ("founded, released", FOUND, []),
    ("founded, released", RELEASE, []),
    ("founded, released", END, [ENDED]),
    *((state, asked, [told]) for state in STATES for asked, told in SETTINGS),
]


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(organisation, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, OrganisationCommand, TABLE) == set()


@pytest.mark.parametrize(
    "other",
    [
        FoundOrganisation("Another", "Europe/Madrid", "es", "facility-manager", NOON),
        FoundOrganisation("The school", "UTC", "es", "facility-manager", NOON),
        FoundOrganisation("The school", "Europe/Madrid", "en", "facility-manager", NOON),
    ],
)
def test_a_site_has_one_organisation(other: FoundOrganisation):
    error = given(organisation, FOUNDED).when(other).then_raises(OrganisationFoundedError)
    assert error.message() == "This site belongs to The school already."


def test_who_founds_it_again_changes_nothing():
    again = FoundOrganisation("The school", "Europe/Madrid", "es", "guard", NOON)
    given(organisation, FOUNDED).when(again).then_nothing()


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "two\nlines"])
def test_a_name_is_one_line(name: str):
    wrong = FoundOrganisation(name, "UTC", "en", "guard", NOON)
    given(organisation).when(wrong).then_raises(InvalidFieldError)


def test_a_release_names_a_door():
    given(organisation).when(ReleaseForLifeSafety((), "fire", "guard", NOON)).then_raises(
        InvalidFieldError
    )


def test_a_release_grows_by_the_doors_that_it_did_not_have():
    first = LifeSafetyReleaseBegun((FRONT,), "fire", "guard", NOON)
    more = ReleaseForLifeSafety((BACK, FRONT, BACK), "fire", "guard", NOON)
    given(organisation, first).when(more).then(
        LifeSafetyReleaseBegun((BACK,), "fire", "guard", NOON)
    )


def test_founding_keeps_what_is_released_and_an_end_keeps_the_organisation():
    assert state_after(organisation, [BEGUN, FOUNDED]).released == (FRONT, BACK)
    by_device = state_after(organisation, [DEVICE_BEGUN, BEGUN, FOUNDED])
    assert (by_device.released, by_device.by_devices) == ((FRONT, BACK), (FRONT,))
    assert state_after(organisation, [FOUNDED, DEVICE_BEGUN, BEGUN, ENDED]) == Founded(
        "The school", "Europe/Madrid", "es"
    )


# Settings.
SET_UP = [event for _, event in SETTINGS]


@pytest.mark.parametrize(("asked", "_told"), SETTINGS, ids=lambda s: type(s).__name__)
def test_what_is_set_already_is_not_set_again(asked: object, _told: object):
    by_another = changed(asked, by="guard", at=after(60))
    given(organisation, *SET_UP).when(by_another).then_nothing()


def test_settings_outlive_the_founding():
    settings = state_after(organisation, [*SET_UP, FOUNDED]).settings
    assert settings == organisation.Settings(CONFIGURED, 1, ("name",), ("audit",), 7)


def test_nothing_personal_is_shown_and_some_reasons_are_known_from_the_first_day():
    first = organisation.INITIAL.settings
    assert (first.shown, first.mail, first.policy) == ((), None, 0)
    assert "meeting" in first.visit_reasons


def test_an_older_version_of_the_policy_is_not_published_again():
    second = PolicyPublished(2, "dpo", NOON)
    given(organisation, second).when(PUBLISH).then_nothing()


LOGIN: dict[str, Any] = {"user": "door", "password_file": "/etc/cvsec/mail"}


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_mail_user_has_a_password_and_it_is_not_sent_in_the_clear(security: Any):
    told = changed(CONFIGURED, **LOGIN, security=security)
    given(organisation).when(changed(MAIL, **LOGIN, security=security)).then(told)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"host": ""}, "host"),
        ({"host": "x" * 254}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"sender": "door@example.org\r\nBcc: x"}, "sender"),
        ({"security": "rot13"}, "security"),
        ({"user": "door"}, "password_file"),
        ({"password_file": "/etc/cvsec/mail"}, "user"),
        (LOGIN | {"security": "none"}, "security"),
    ],
    ids=str,
)
def test_mail_settings_that_are_no_good_are_refused_by_field(wrong: dict[str, Any], field: str):
    error = given(organisation).when(changed(MAIL, **wrong)).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field


def test_a_mail_server_without_a_login_may_go_without_encryption():
    plain = changed(MAIL, security="none", port=25)
    given(organisation).when(plain).then(changed(CONFIGURED, security="none", port=25))


@pytest.mark.parametrize(
    "wrong",
    [SetDisplayOfPersonalData(("iris",), "dpo", NOON), SetVisitReasons(("audit", ""), "x", NOON)],  # type: ignore[arg-type]
)
def test_other_settings_that_are_no_good_are_refused(wrong: object):
    given(organisation).when(wrong).then_raises(InvalidFieldError)


def test_visitors_are_forgotten_after_a_month_until_somebody_decides_otherwise():
    assert state_after(organisation, []).settings.retention_days == RETENTION_DAYS == 31
    given(organisation).when(SetRetention(31, "dpo", NOON)).then_nothing()
    never = RetentionSet(None, "dpo", NOON)
    given(organisation).when(SetRetention(None, "dpo", NOON)).then(never)
    assert state_after(organisation, [never]).settings.retention_days is None
    given(organisation, never).when(SetRetention(None, "dpo", NOON)).then_nothing()


@pytest.mark.parametrize("days", [-1, 0, 3651])
def test_nobody_is_remembered_for_less_than_a_day_or_more_than_ten_years(days: int):
    given(organisation).when(SetRetention(days, "dpo", NOON)).then_raises(InvalidFieldError)
