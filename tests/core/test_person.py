"""A person: enrolled, set and tied in many ways, and forgotten for good."""

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import person
from cvsec_core.aggregates.person import (
    AcceptPolicy,
    AccessLevelGranted,
    AccessLevelWithdrawn,
    AppLoginDisabled,
    AppLoginEnabled,
    AppLoginRefused,
    BlockPerson,
    Consent,
    ConsentMissing,
    ConsentRecorded,
    ConsentWithdrawn,
    CorrectPerson,
    DisableAppLogin,
    EnableAppLogin,
    Enrolled,
    EnrollPerson,
    ExportPersonalData,
    ForgetPerson,
    Forgotten,
    GrantAccess,
    GuardianLinked,
    LinkGuardian,
    NotificationsSwitched,
    Particulars,
    PasswordSet,
    PersonalDataExported,
    PersonBlocked,
    PersonCommand,
    PersonCorrected,
    PersonEnrolled,
    PersonEnrolledError,
    PersonForgotten,
    PersonForgottenError,
    PersonUnblocked,
    PersonUnknownError,
    PolicyAccepted,
    RecordConsent,
    SetPassword,
    SwitchNotifications,
    UnblockPerson,
    WithdrawAccess,
    WithdrawConsent,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.ids import CredentialId, LevelId, PersonId
from tests.core.places import NOON
from tests.core.tables import Row, cases, check, missing
from tests.specification import given, state_after

P, G, SECOND = PersonId("pupil"), PersonId("guardian"), PersonId("other")
L = LevelId("labs")
AT = ("reception", NOON)
KNOWN = Particulars("Pupil", "One", number="2001", email="pupil@example.org")
NEWLY = changed(KNOWN, last_name="Two")

ENROLL = EnrollPerson(P, "personnel", KNOWN, *AT)
ENROLL_MINOR = EnrollPerson(P, "personnel", KNOWN, *AT, minor=True)
CORRECT = CorrectPerson(P, NEWLY, *AT)
BLOCK, UNBLOCK = BlockPerson(P, "threats", *AT), UnblockPerson(P, *AT)
ENABLE, DISABLE = EnableAppLogin(P, *AT), DisableAppLogin(P, *AT)
PASSWORD, ACCEPT = SetPassword(P, "$argon2id$1", *AT), AcceptPolicy(P, 2, NOON)
MUTE, TELL = SwitchNotifications(P, False, *AT), SwitchNotifications(P, True, *AT)
LINK = LinkGuardian(P, G, "form 7", *AT)
CONSENT = RecordConsent(P, "account", "form 8", *AT)
WITHDRAW = WithdrawConsent(P, "account", *AT)
WITHDRAW_G = WithdrawConsent(P, "account", *AT, G)
STOP_FEED = WithdrawConsent(P, "guardian-feed", *AT, G)
GRANT, TAKE = GrantAccess(P, L, *AT), WithdrawAccess(P, L, *AT)
FORGET = ForgetPerson(P, "dpo", NOON, (CredentialId("c-1"),))

ADULT = PersonEnrolled(P, "personnel", False, *AT, KNOWN)
MINOR = PersonEnrolled(P, "personnel", True, *AT, KNOWN)
CORRECTED = PersonCorrected(P, *AT, NEWLY)
BLOCKED, UNBLOCKED = PersonBlocked(P, *AT, "threats"), PersonUnblocked(P, *AT)
ENABLED, DISABLED = AppLoginEnabled(P, *AT), AppLoginDisabled(P, *AT)
REFUSED = AppLoginRefused(P, (ConsentMissing("account"),), *AT)
SET, ACCEPTED = PasswordSet(P, *AT, "$argon2id$1"), PolicyAccepted(P, 2, NOON)
MUTED, TOLD = NotificationsSwitched(P, False, *AT), NotificationsSwitched(P, True, *AT)
LINKED = GuardianLinked(P, G, *AT)
BOTH = [
    ConsentRecorded(P, "account", *AT, "form 7", G),
    ConsentRecorded(P, "guardian-feed", *AT, "form 7", G),
]
CONSENTED = ConsentRecorded(P, "account", *AT, "form 8")
WITHDRAWN = ConsentWithdrawn(P, "account", *AT)
WITHDRAWN_G = ConsentWithdrawn(P, "account", *AT, G)
FEED_STOPPED = ConsentWithdrawn(P, "guardian-feed", *AT, G)
GRANTED, TAKEN = AccessLevelGranted(P, L, *AT), AccessLevelWithdrawn(P, L, *AT)
FORGOTTEN = PersonForgotten(P, (CredentialId("c-1"),), "dpo", NOON)
EXPORT, EXPORTED = ExportPersonalData(P, "dpo", NOON), PersonalDataExported(P, "dpo", NOON)

EVERYTHING = (
    ENROLL, CORRECT, BLOCK, UNBLOCK, ENABLE, DISABLE, PASSWORD, ACCEPT, MUTE, LINK, CONSENT,
    WITHDRAW, GRANT, TAKE, EXPORT, FORGET,
)  # fmt: skip
STATES: dict[str, list[object]] = {
    "unknown": [],
    "plain": [ADULT],
    "as set": [ADULT, CORRECTED, BLOCKED, ENABLED, SET, ACCEPTED, MUTED, GRANTED],
    "minor": [MINOR],
    "guarded": [MINOR, LINKED, *BOTH, ENABLED],
    "forgotten": [ADULT, FORGOTTEN],
}
TABLE: list[Row] = [
    ("unknown", ENROLL, [ADULT]),
    ("unknown", ENROLL_MINOR, [MINOR]),
    *(("unknown", command, PersonUnknownError) for command in EVERYTHING[1:]),
    ("plain", ENROLL, []),
    ("plain", CORRECT, [CORRECTED]),
    ("plain", BLOCK, [BLOCKED]),
    ("plain", UNBLOCK, []),
    ("plain", ENABLE, [ENABLED]),
    ("plain", DISABLE, []),
    ("plain", PASSWORD, [SET]),
    ("plain", ACCEPT, [ACCEPTED]),
    ("plain", MUTE, [MUTED]),
    ("plain", TELL, []),
    ("plain", LINK, InvalidFieldError),
    ("plain", CONSENT, [CONSENTED]),
    ("plain", WITHDRAW, []),
    ("plain", GRANT, [GRANTED]),
    ("plain", TAKE, []),
    ("plain", FORGET, [FORGOTTEN]),
    ("as set", ENROLL, PersonEnrolledError),
    ("as set", CORRECT, []),
    ("as set", BLOCK, []),
    ("as set", UNBLOCK, [UNBLOCKED]),
    ("as set", ENABLE, []),
    ("as set", DISABLE, [DISABLED]),
    ("as set", PASSWORD, []),
    ("as set", ACCEPT, []),
    ("as set", MUTE, []),
    ("as set", TELL, [TOLD]),
    ("as set", LINK, InvalidFieldError),
    ("as set", CONSENT, [CONSENTED]),
    ("as set", WITHDRAW, []),
    ("as set", GRANT, []),
    ("as set", TAKE, [TAKEN]),
    ("as set", FORGET, [FORGOTTEN]),
    ("minor", ENROLL, PersonEnrolledError),
    ("minor", ENROLL_MINOR, []),
    ("minor", ENABLE, [REFUSED]),
    ("minor", DISABLE, []),
    ("minor", LINK, [LINKED, *BOTH]),
    ("minor", CONSENT, [CONSENTED]),
    ("minor", WITHDRAW, []),
    *(
        ("minor", command, [event])
        for command, event in (
            (CORRECT, CORRECTED), (BLOCK, BLOCKED), (PASSWORD, SET), (ACCEPT, ACCEPTED),
            (MUTE, MUTED), (GRANT, GRANTED), (FORGET, FORGOTTEN),
        )
    ),
    *(("minor", command, []) for command in (UNBLOCK, TAKE)),
    ("guarded", ENROLL, PersonEnrolledError),
    ("guarded", ENABLE, []),
    ("guarded", DISABLE, [DISABLED]),
    ("guarded", LINK, []),
    ("guarded", CONSENT, [CONSENTED]),
    ("guarded", WITHDRAW, []),
    ("guarded", WITHDRAW_G, [WITHDRAWN_G, DISABLED]),
    ("guarded", STOP_FEED, [FEED_STOPPED]),
    *(
        ("guarded", command, [event])
        for command, event in (
            (CORRECT, CORRECTED), (BLOCK, BLOCKED), (PASSWORD, SET), (ACCEPT, ACCEPTED),
            (MUTE, MUTED), (GRANT, GRANTED), (FORGET, FORGOTTEN),
        )
    ),
    *(("guarded", command, []) for command in (UNBLOCK, TAKE)),
    *(
        (state, EXPORT, [EXPORTED])
        for state in STATES if state not in ("unknown", "forgotten")
    ),
    ("forgotten", FORGET, []),
    ("forgotten", WITHDRAW, []),
    *(
        ("forgotten", command, PersonForgottenError)
        for command in EVERYTHING[:-1] if command is not WITHDRAW
    ),
]  # fmt: skip


@cases(TABLE)
def test_every_state_answers_every_command(state: str, command: object, outcome: object):
    check(person, STATES[state], command, outcome)


def test_no_pair_of_state_and_command_is_missing():
    assert missing(STATES, PersonCommand, TABLE) == set()


def test_what_happened_to_somebody_is_what_is_known_of_them():
    assert state_after(person, STATES["as set"]) == Enrolled(
        "personnel",
        minor=False,
        particulars=NEWLY,
        blocked=True,
        app_login=True,
        password="$argon2id$1",
        notifications=False,
        levels=frozenset({L}),
        policy=2,
    )
    guarded = state_after(person, STATES["guarded"])
    consents = {Consent("account", G), Consent("guardian-feed", G)}
    assert (guarded.guardians, guarded.consents) == ({G}, consents)
    undone = [UNBLOCKED, DISABLED, TOLD, TAKEN, CORRECTED]
    after = state_after(person, [*STATES["as set"], *undone])
    assert after == Enrolled("personnel", False, NEWLY, password="$argon2id$1", policy=2)


def test_whoever_was_forgotten_is_known_no_more_whatever_comes_after():
    assert state_after(person, [ADULT, FORGOTTEN, CORRECTED, BLOCKED]) == Forgotten()
    assert state_after(person, [BLOCKED]) == person.INITIAL
    refused = state_after(person, [MINOR, REFUSED])
    assert refused == state_after(person, [MINOR])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (changed(ENROLL, person=PersonId("two words")), "person"),
        (changed(ENROLL, kind="robot"), "kind"),
        (changed(ENROLL, particulars=changed(KNOWN, first_name=" ")), "first_name"),
        (changed(ENROLL, particulars=changed(KNOWN, last_name="x" * 255)), "last_name"),
        (changed(ENROLL, particulars=changed(KNOWN, email="a@b\r\nBcc: c@d")), "email"),
        (changed(ENROLL, particulars=changed(KNOWN, phone="1\n2")), "phone"),
    ],
)
def test_nobody_is_enrolled_with_a_bad_field(wrong: EnrollPerson, field: str):
    error = given(person).when(wrong).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (changed(CORRECT, particulars=changed(KNOWN, first_name="")), "first_name"),
        (changed(CORRECT, particulars=changed(KNOWN, id_number="a\tb")), "id_number"),
        (changed(BLOCK, cause=""), "cause"),
        (changed(LINK, consent=" "), "consent"),
        (changed(LINK, guardian=P), "guardian"),
        (changed(CONSENT, purpose="marketing"), "purpose"),
        (changed(CONSENT, reference=""), "reference"),
        (changed(WITHDRAW, purpose="marketing"), "purpose"),
    ],
)
def test_nothing_is_set_with_a_bad_field(wrong: object, field: str):
    error = given(person, MINOR).when(wrong).then_raises(InvalidFieldError)
    assert isinstance(error, InvalidFieldError)
    assert error.field == field


def test_what_is_empty_is_not_known():
    nothing_more = Particulars("Pupil", "", None, "", "")
    enrolled = PersonEnrolled(P, "visitor", False, *AT, nothing_more)
    given(person).when(EnrollPerson(P, "visitor", nothing_more, *AT)).then(enrolled)


OTHERS = [
    ConsentRecorded(P, "account", *AT, "form 9", SECOND),
    ConsentRecorded(P, "guardian-feed", *AT, "form 9", SECOND),
]
OTHER_LINKED = GuardianLinked(P, SECOND, *AT)


def test_each_guardian_gives_a_consent_of_their_own():
    other = LinkGuardian(P, SECOND, "form 9", *AT)
    given(person, *STATES["guarded"]).when(other).then(OTHER_LINKED, *OTHERS)
    again = changed(LINK, consent="form 10")
    given(person, *STATES["guarded"], FEED_STOPPED).when(again).then(
        ConsentRecorded(P, "guardian-feed", *AT, "form 10", G)
    )


def test_an_account_lasts_as_long_as_one_consent_stands():
    both = [*STATES["guarded"], OTHER_LINKED, *OTHERS]
    given(person, *both).when(WITHDRAW_G).then(WITHDRAWN_G)
    last = changed(WITHDRAW_G, guardian=SECOND)
    gone = ConsentWithdrawn(P, "account", *AT, SECOND)
    given(person, *both, WITHDRAWN_G).when(last).then(gone, DISABLED)
    given(person, *STATES["guarded"], CONSENTED).when(WITHDRAW_G).then(WITHDRAWN_G)


def test_nobody_withdraws_the_consent_of_somebody_else():
    given(person, *STATES["guarded"]).when(changed(WITHDRAW_G, guardian=SECOND)).then_nothing()


def test_a_number_is_never_another_one():
    for number in ("2002", None, ""):
        wrong = changed(CORRECT, particulars=changed(NEWLY, number=number))
        error = given(person, ADULT).when(wrong).then_raises(InvalidFieldError)
        assert isinstance(error, InvalidFieldError)
        assert error.field == "number"


def test_an_adults_consent_has_nothing_to_do_with_their_login():
    given(person, ADULT, CONSENTED, ENABLED).when(WITHDRAW).then(WITHDRAWN)


def test_the_consent_to_an_account_that_is_not_enabled_is_withdrawn_alone():
    given(person, MINOR, CONSENTED).when(WITHDRAW).then(WITHDRAWN)


def test_a_minor_whose_consent_was_withdrawn_gets_no_account_again():
    withdrawn = [*STATES["guarded"], WITHDRAWN_G, DISABLED]
    given(person, *withdrawn).when(ENABLE).then_refused(ConsentMissing("account"))


def test_an_older_policy_is_not_accepted_after_a_newer_one():
    given(person, ADULT, ACCEPTED).when(AcceptPolicy(P, 1, NOON)).then_nothing()
    newer = AcceptPolicy(P, 3, NOON)
    given(person, ADULT, ACCEPTED).when(newer).then(PolicyAccepted(P, 3, NOON))
