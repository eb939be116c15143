"""A device asks whether to let somebody pass, and is told what the rules say."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cvsec_adapters.devices.zkpush.endpoint import Endpoint
from cvsec_adapters.tokens.signed import DynamicCodes, new_nonce
from cvsec_core.aggregates import (
    access_level,
    alarm,
    credential,
    door,
    lockdown_group,
    person,
)
from cvsec_core.ids import CredentialId, GroupId, LevelId
from cvsec_core.values import WEEK, Interval, WeeklySchedule
from tests.contracts.dialogue import FIRST, NOON, SECOND, Dialogue, line

ALWAYS = WeeklySchedule((Interval(WEEK, 0, 1440),))
PHONE = CredentialId("phone")


class Asking(Dialogue):
    """Somebody with number 7, card 4711 and a phone may pass both doors."""

    def __init__(self) -> None:
        super().__init__()
        self.codes = DynamicCodes((b"k" * 32,), drift=timedelta(seconds=60))
        self.endpoint = Endpoint(self.site, self.presence, read_code=self.codes.read)
        self.who = self.site.newcomer(("number", "7"))
        self.card = self.site.new_card("4711")
        for command in (
            person.EnrollPerson(
                self.who, "personnel", person.Particulars("Staff", number="7"), "me", NOON
            ),
            access_level.DefineAccessLevel(LevelId("all"), (FIRST, SECOND), ALWAYS, "me", NOON),
            person.GrantAccess(self.who, LevelId("all"), "me", NOON),
            credential.IssueCredential(self.card, self.who, "card", "me", NOON, number="4711"),
            credential.IssueCredential(PHONE, self.who, "qr", "me", NOON),
        ):
            self.ask(command)

    def asks(self, record: str, seconds: float = 1) -> list[str]:
        """The lines of the answer to a device that asks about *record*."""
        answer = self.hear("POST", "cdata?SN&AuthType=device", record.encode(), seconds)
        return answer.split("\r\n")

    def shows(self, text: str, seconds: float = 1, **fields: object) -> list[str]:
        return self.asks(line(code=73, pin=0, cardno=text, **fields), seconds)


@pytest.fixture
def here() -> Asking:
    return Asking()


def test_who_may_pass_is_let_in_by_an_order_to_the_door(here: Asking):
    record = line(eventaddr=2)
    assert here.asks(record) == ["AUTH=SUCCESS", record, "CONTROL DEVICE 01020105", ""]
    (granted,) = here.events(door.AccessGranted)
    assert (granted.door, granted.person, granted.credential) == (SECOND, here.who, here.card)
    assert granted.rule == "a_door_is_passed_by_a_level_within_its_hours"


def test_who_may_not_pass_stays_outside_and_every_reason_is_kept(here: Asking):
    here.ask(lockdown_group.DefineLockdownGroup(GroupId("g"), (FIRST,), "me", NOON))
    here.ask(lockdown_group.ActivateLockdown(GroupId("g"), "me", NOON))
    here.ask(credential.SuspendCredential(here.card, "Stolen", "me", NOON))
    record = line()
    assert here.asks(record) == ["AUTH=FAILED", record, ""]
    (denied,) = here.events(door.AccessDenied)
    assert [r.code for r in denied.reasons] == ["under-lockdown", "credential-not-enabled"]
    leaving = line(inoutstatus=1)
    assert here.asks(leaving)[0] == "AUTH=SUCCESS"


def test_who_a_device_knows_by_face_needs_no_card(here: Asking):
    assert here.asks(line(cardno=0, verifytype="15"))[0] == "AUTH=SUCCESS"


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"pin": 9, "cardno": 0}, ["unknown-person", "no-access-level"]),
        ({"pin": 0, "cardno": 0}, ["unknown-person", "no-access-level"]),
        ({"pin": 7, "cardno": 4712}, ["unknown-credential"]),
        ({"pin": 0, "cardno": 4712}, ["unknown-person", "unknown-credential", "no-access-level"]),
    ],
)
def test_what_nobody_was_given_opens_nothing(
    here: Asking, fields: dict[str, int], codes: list[str]
):
    assert here.asks(line(**fields))[0] == "AUTH=FAILED"
    assert [r.code for r in here.events(door.AccessDenied)[0].reasons] == codes


def test_a_card_says_by_itself_whose_it_is(here: Asking):
    assert here.asks(line(pin=0))[0] == "AUTH=SUCCESS"


def test_the_card_of_somebody_else_is_refused(here: Asking):
    other = here.site.newcomer(("number", "8"))
    named = person.Particulars("Other", number="8")
    here.ask(person.EnrollPerson(other, "personnel", named, "me", NOON))
    here.ask(person.GrantAccess(other, LevelId("all"), "me", NOON))
    assert here.asks(line(pin=8))[0] == "AUTH=FAILED"
    (denied,) = here.events(door.AccessDenied)
    assert [r.code for r in denied.reasons] == ["credential-of-somebody-else"]


def test_who_was_forgotten_opens_nothing(here: Asking):
    here.ask(person.ForgetPerson(here.who, "me", NOON, (here.card, PHONE)))
    assert here.asks(line())[0] == "AUTH=FAILED"
    (denied,) = here.events(door.AccessDenied)
    assert (denied.person, denied.credential) == (None, CredentialId("never-issued"))


@pytest.mark.parametrize("number", [8, 9], ids=["forgotten", "stranger"])
def test_a_number_that_is_nobodys_is_not_helped_by_a_card_that_is_somebodys(
    here: Asking, number: int
):
    gone = here.site.newcomer(("number", "8"))
    named = person.Particulars("Gone", number="8")
    here.ask(person.EnrollPerson(gone, "personnel", named, "me", NOON))
    here.ask(person.ForgetPerson(gone, "me", NOON))
    assert here.asks(line(pin=number))[0] == "AUTH=FAILED"
    (denied,) = here.events(door.AccessDenied)
    assert [r.code for r in denied.reasons] == [
        "unknown-person",
        "credential-of-somebody-else",
        "no-access-level",
    ]


def test_strangers_leave_nothing_behind(here: Asking):
    names = [*(("card", f"{card}") for card in range(6000, 6020)), ("number", "99")]
    for _, shown in names[:-1]:
        assert here.asks(line(pin=99, cardno=shown))[0] == "AUTH=FAILED"
    here.hear("POST", "querydata?SN&type=tabledata&tablename=user", b"user pin=99")
    assert here.site.pseudonyms.known(names) == {}


def test_duress_looks_like_any_grant(here: Asking):
    forced = here.site.new_card("4799")
    here.ask(
        credential.IssueCredential(forced, here.who, "card", "me", NOON, number="4799", duress=True)
    )
    record = line(cardno=4799)
    assert here.asks(record) == ["AUTH=SUCCESS", record, "CONTROL DEVICE 01010105", ""]
    assert [raised.code for raised in here.events(alarm.AlarmRaised)] == [101]


# Codes.
def test_a_dynamic_code_opens_once(here: Asking):
    code = here.codes.write(PHONE, new_nonce(), NOON)
    assert here.shows(code)[0] == "AUTH=SUCCESS"
    assert here.shows(code, time="2026-11-23 13:00:05")[0] == "AUTH=FAILED"
    (denied,) = here.events(door.AccessDenied)
    assert denied.reasons == (credential.CodeUsed(),)
    assert len(here.events(credential.DynamicCodeRefused)) == 1


def test_a_code_may_have_a_field_of_its_own(here: Asking):
    code = here.codes.write(PHONE, new_nonce(), NOON)
    assert here.asks(line(pin=0, cardno=0, qrcode=code))[0] == "AUTH=SUCCESS"


def test_a_forged_code_opens_nothing_and_nothing_of_it_is_kept(here: Asking):
    assert here.shows("C1.cGhvbmU.1.AAAAAAAAAAAAAAAA.forged")[0] == "AUTH=FAILED"
    (denied,) = here.events(door.AccessDenied)
    assert (denied.person, denied.credential) == (None, None)
    assert "forged" not in repr(here.events(object))


def test_a_text_too_long_for_a_code_is_not_answered(here: Asking):
    assert here.shows(f"C1.{'x' * 600}") == ["AUTH=TIMEOUT"]
    assert here.events(door.AccessDenied, door.AccessGranted) == []


def test_without_what_reads_codes_they_open_nothing(here: Asking):
    here.endpoint = Endpoint(here.site, here.presence)
    code = here.codes.write(PHONE, new_nonce(), NOON)
    assert here.shows(code)[0] == "AUTH=FAILED"


# The line.
def test_a_code_is_not_used_up_by_a_device_that_asks_again(here: Asking):
    """Nor where half a minute begins between the two."""
    here.now = NOON + timedelta(seconds=27)
    code = here.codes.write(PHONE, new_nonce(), here.now)
    first = here.shows(code, seconds=2)
    assert first[0] == "AUTH=SUCCESS"
    assert here.shows(code, seconds=2) == first
    assert len(here.events(credential.DynamicCodePresented)) == 1
    assert here.events(door.AccessDenied, credential.DynamicCodeRefused) == []


def test_a_code_that_has_run_out_opens_nothing_to_a_device_that_asks_again(here: Asking):
    code = here.codes.write(PHONE, new_nonce(), NOON)
    assert here.shows(code)[0] == "AUTH=SUCCESS"
    assert here.shows(code, seconds=600)[0] == "AUTH=FAILED"
    (denied,) = here.events(door.AccessDenied)
    assert denied.reasons == (credential.CodeUsed(), credential.CodeExpired())


def lock_down(here: Asking) -> None:
    here.ask(lockdown_group.DefineLockdownGroup(GroupId("g"), (FIRST,), "me", here.now))
    here.ask(lockdown_group.ActivateLockdown(GroupId("g"), "me", here.now))


def block(here: Asking) -> None:
    here.ask(person.BlockPerson(here.who, "lost trust", "me", here.now))


def forget(here: Asking) -> None:
    here.ask(person.ForgetPerson(here.who, "me", here.now, (here.card, PHONE)))


@pytest.mark.parametrize("changed", [lock_down, block, forget])
@pytest.mark.parametrize("by_code", [False, True], ids=["card", "code"])
def test_what_was_granted_before_is_decided_anew(
    here: Asking, changed: Callable[[Asking], None], *, by_code: bool
):
    shown = here.codes.write(PHONE, new_nonce(), NOON) if by_code else 4711
    record = line(cardno=shown)
    assert here.asks(record)[0] == "AUTH=SUCCESS"
    changed(here)
    assert here.asks(record) == ["AUTH=FAILED", record, ""]


def test_what_a_question_is_known_by_tells_nobody_what_was_asked():
    """Who guesses number, card and moment finds nothing to try them on: two sites that hear the
    same words keep nothing that is the same.
    """
    kept = set[str]()
    for _ in range(2):
        here = Asking()
        here.asks(line())
        code = DynamicCodes((b"k" * 32,), drift=timedelta(seconds=60))
        here.shows(code.write(PHONE, "A" * 16, NOON))
        metas = [recorded.meta for recorded in here.site.log.read_all(0, 10_000)]
        told = {text for meta in metas for text in (meta.command_id, meta.correlation) if text}
        assert told
        assert not told & kept
        kept |= told


@pytest.mark.parametrize("record", ["", "garbage", line(eventaddr=9), line(time="never")])
def test_what_is_no_question_about_a_door_is_left_to_the_device(here: Asking, record: str):
    assert here.asks(record) == ["AUTH=TIMEOUT"]
    assert here.events(door.AccessDenied, door.AccessGranted) == []
