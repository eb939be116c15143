"""May somebody pass a door: a table a policy, what goes before them, and what else is open."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve as changed

from cvsec_core.aggregates import access_level, credential, door, person
from cvsec_core.ids import CredentialId, DoorId, GroupId, LevelId, PersonId
from cvsec_core.rules import access
from cvsec_core.rules.access import (
    Alternative,
    CredentialExpired,
    CredentialNotActive,
    CredentialOfSomebodyElse,
    Facts,
    NoAccessLevel,
    NotExpected,
    NotPermittedAtThisTime,
    PassbackViolated,
    Passing,
    PersonBlocked,
    UnknownCredential,
    UnknownPerson,
    decide_access,
)
from cvsec_core.values import Interval, Period, Standing, WeeklySchedule, spanning
from tests.core.places import LOBBY

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 3, 2, 12, tzinfo=MADRID)
"""A Monday."""
FRONT, BACK, GATE = DoorId("lobby-1"), DoorId("lobby-2"), DoorId("yard-1")
STAFF, NIGHT = LevelId("staff"), LevelId("night")
OFFICE_HOURS = WeeklySchedule((Interval(("mon", "tue", "wed", "thu", "fri"), 480, 1080),))
NIGHT_HOURS = WeeklySchedule(spanning(("fri",), 22 * 60, 6 * 60))
SOMEBODY, ANOTHER = PersonId("somebody"), PersonId("another")
ENROLLED = person.Enrolled("personnel", False, None)
CARD = credential.Issue(SOMEBODY, "card", None, None)
LOCKED, FREE = door.Wanted(), door.AntiPassback()
UNDER_LOCKDOWN = door.Wanted(holds=frozenset({GroupId("ground")}))
RELEASED = frozenset({"person"})


def level(
    *doors: DoorId, hours: WeeklySchedule = OFFICE_HOURS, holidays: Any = ()
) -> access_level.Defined:
    return access_level.Defined(frozenset(doors), hours, frozenset(holidays))


def at_door(
    wanted: door.Wanted = LOCKED,
    *,
    name: DoorId = FRONT,
    egress: bool = True,
    passback: door.AntiPassback = FREE,
) -> door.Registered:
    identity = door.Identity(name, LOBBY, 1, egress)
    return door.Registered(identity, wanted, passback=passback)


FACTS = Facts(
    NOON, FRONT, at_door(), SOMEBODY, ENROLLED, {STAFF: level(FRONT)}, credential.Active(CARD)
)
"""Somebody with a card who may come in."""
INNER_EXIT = changed(FACTS, direction="out", door_state=at_door(egress=False))
"""They leave by a door that is on no egress path."""


def denied(facts: Facts) -> tuple[Any, ...]:
    decision = decide_access(facts)
    assert decision.granted == (not decision.reasons)
    return decision.reasons


def test_who_has_a_card_and_a_level_within_its_hours_passes():
    decision = decide_access(FACTS)
    assert (decision.granted, decision.reasons, decision.noted) == (True, (), ())
    assert decision.rule == "a_door_is_passed_by_a_level_within_its_hours"
    assert decision.version == access.VERSION
    assert not decision.duress


# A table a policy.
@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize("state", [person.Unknown(), person.Forgotten()])
def test_only_who_is_enrolled_passes(state: Any, direction: Any):
    facts = changed(INNER_EXIT, person_state=state, levels={}, direction=direction)
    assert denied(facts)[0] == UnknownPerson()
    assert decide_access(facts).rule == "only_who_is_enrolled_passes"


def test_nobody_on_the_blocklist_passes():
    blocked = changed(ENROLLED, blocked=True)
    assert denied(changed(FACTS, person_state=blocked)) == (PersonBlocked(),)
    assert denied(changed(INNER_EXIT, person_state=blocked)) == (PersonBlocked(),)


@pytest.mark.parametrize(
    ("state", "reasons"),
    [
        (None, ()),
        (credential.Active(CARD), ()),
        (credential.Unissued(), (UnknownCredential(),)),
        (credential.Suspended(CARD, "Lost"), (credential.CredentialNotEnabled("Lost"),)),
        (credential.Revoked(CARD), (credential.CredentialNotEnabled("Revoked"),)),
        (credential.Active(changed(CARD, person=ANOTHER)), (CredentialOfSomebodyElse(),)),
    ],
)
def test_only_a_credential_of_theirs_in_force_counts(state: Any, reasons: Any):
    assert denied(changed(FACTS, credential_state=state)) == reasons
    assert denied(changed(INNER_EXIT, credential_state=state)) == reasons


@pytest.mark.parametrize(
    ("start", "end", "reasons"),
    [
        (None, None, ()),
        (NOON, NOON + timedelta(minutes=1), ()),
        (NOON + timedelta(minutes=1), None, (CredentialNotActive("2026-03-02T11:01:00+00:00"),)),
        (None, NOON, (CredentialExpired("2026-03-02T11:00:00+00:00"),)),
    ],
)
def test_a_credential_counts_from_its_start_until_before_its_end(
    start: Any, end: Any, reasons: Any
):
    times = (start and start.astimezone(UTC), end and end.astimezone(UTC))
    issue = changed(CARD, valid_from=times[0], valid_until=times[1])
    assert denied(changed(FACTS, credential_state=credential.Active(issue))) == reasons


def test_what_was_wrong_with_the_code_is_told_once():
    used = (credential.CodeUsed(),)
    assert denied(changed(FACTS, objections=used)) == used
    lost = credential.CredentialNotEnabled("Lost")
    suspended = credential.Suspended(CARD, "Lost")
    facts = changed(FACTS, objections=(lost, *used), credential_state=suspended)
    assert denied(facts) == (lost, *used)
    revoked = credential.CredentialNotEnabled("Revoked")
    facts = changed(FACTS, objections=(revoked,), credential_state=credential.Revoked(CARD))
    assert denied(facts) == (revoked,)


@pytest.mark.parametrize(
    ("levels", "reasons"),
    [
        ({}, (NoAccessLevel(FRONT),)),
        ({STAFF: level(BACK)}, (NoAccessLevel(FRONT),)),
        ({STAFF: access_level.Undefined()}, (NoAccessLevel(FRONT),)),
        ({STAFF: level(BACK), NIGHT: level(FRONT)}, ()),
        ({NIGHT: level(FRONT, hours=NIGHT_HOURS)}, (NotPermittedAtThisTime((NIGHT,)),)),
        ({STAFF: level(FRONT, holidays=[NOON.date()])}, (NotPermittedAtThisTime((STAFF,)),)),
        (
            {STAFF: level(FRONT, hours=NIGHT_HOURS), NIGHT: level(FRONT, hours=NIGHT_HOURS)},
            (NotPermittedAtThisTime((NIGHT, STAFF)),),
        ),
        ({STAFF: level(FRONT), NIGHT: level(FRONT, hours=NIGHT_HOURS)}, ()),
    ],
)
def test_a_door_is_passed_by_a_level_within_its_hours(levels: Any, reasons: Any):
    assert denied(changed(FACTS, levels=levels)) == reasons


@pytest.mark.parametrize(
    ("local", "granted"),
    [
        ("2026-03-06T21:59", False),
        ("2026-03-06T22:00", True),
        ("2026-03-07T00:00", True),
        ("2026-03-07T05:59", True),
        ("2026-03-07T06:00", False),
        ("2026-03-07T22:30", False),
    ],
)
def test_hours_may_span_midnight(local: str, granted: bool):
    facts = changed(FACTS, levels={NIGHT: level(FRONT, hours=NIGHT_HOURS)})
    at = datetime.fromisoformat(local).replace(tzinfo=MADRID)
    assert decide_access(changed(facts, at=at)).granted == granted


@pytest.mark.parametrize(
    ("utc", "granted"),
    [
        ("2026-03-29T00:59", True),  # 01:59
        ("2026-03-29T01:00", False),  # 03:00: there is no 02:30 on that night
        ("2026-10-25T00:29", True),  # 02:29, the first time
        ("2026-10-25T00:30", False),
        ("2026-10-25T01:29", True),  # 02:29, once more
        ("2026-10-25T01:30", False),
    ],
)
def test_hours_go_by_the_clock_on_the_wall(utc: str, granted: bool):
    sunday = WeeklySchedule((Interval(("sun",), 60, 150),))
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC).astimezone(MADRID)
    facts = changed(FACTS, at=at, levels={STAFF: level(FRONT, hours=sunday)})
    assert decide_access(facts).granted == granted


VISITOR = changed(ENROLLED, kind="visitor")
VISIT = Period(NOON.astimezone(UTC), (NOON + timedelta(hours=1)).astimezone(UTC))


@pytest.mark.parametrize(
    ("minutes", "visits", "reasons"),
    [
        (0, (), (NotExpected(),)),
        (-1, (VISIT,), (NotExpected(),)),
        (0, (VISIT,), ()),
        (59, (VISIT,), ()),
        (60, (VISIT,), (NotExpected(),)),
    ],
)
def test_a_visitor_enters_while_a_visit_lasts(minutes: int, visits: Any, reasons: Any):
    facts = changed(FACTS, person_state=VISITOR, standing=Standing((), visits))
    facts = changed(facts, at=NOON + timedelta(minutes=minutes))
    assert denied(facts) == reasons
    assert denied(changed(facts, door_state=at_door(egress=False), direction="out")) == ()


def test_a_visitor_needs_a_level_as_others_do():
    facts = changed(FACTS, person_state=VISITOR, standing=Standing((), (VISIT,)), levels={})
    assert denied(facts) == (NoAccessLevel(FRONT),)


def test_nobody_else_needs_a_visit():
    administrator = changed(ENROLLED, kind="administrator")
    assert denied(changed(FACTS, person_state=administrator)) == ()


@pytest.mark.parametrize("mode", ["none", "soft", "hard"])
@pytest.mark.parametrize("inside", [(), ("campus",), ("garage",)])
@pytest.mark.parametrize("direction", ["in", "out"])
def test_nobody_enters_twice_without_leaving(mode: Any, inside: Any, direction: Any):
    here = at_door(egress=False, passback=door.AntiPassback(mode, "campus"))
    facts = changed(FACTS, door_state=here, standing=Standing(inside), direction=direction)
    decision = decide_access(facts)
    broken = mode != "none" and inside == ("campus",) and direction == "in"
    violated = (PassbackViolated("campus"),) if broken else ()
    assert decision.reasons == (violated if mode == "hard" else ())
    assert decision.noted == (violated if mode == "soft" else ())


def test_lockdown_denies_entry_and_never_exit():
    facts = changed(FACTS, door_state=at_door(UNDER_LOCKDOWN))
    assert denied(facts) == (door.DoorUnderLockdown(FRONT, (GroupId("ground"),)),)
    assert denied(changed(facts, direction="out")) == ()
    inner = at_door(UNDER_LOCKDOWN, egress=False)
    assert denied(changed(facts, direction="out", door_state=inner)) == ()


def test_a_blocked_door_gives_no_momentary_access():
    facts = changed(FACTS, door_state=at_door(door.Wanted(manual="Blocked")))
    assert denied(facts) == (door.DoorBlocked(FRONT),)
    assert denied(changed(facts, direction="out")) == ()


def test_a_door_that_stands_unlocked_asks_for_no_level_and_forgives_nothing_else():
    here = at_door(door.Wanted(scheduled_open=True), passback=door.AntiPassback("hard", "campus"))
    facts = changed(FACTS, door_state=here, levels={}, standing=Standing(("campus",)))
    assert denied(facts) == ()
    assert denied(changed(facts, person_state=VISITOR)) == ()
    blocked = changed(ENROLLED, blocked=True)
    assert denied(changed(facts, person_state=blocked)) == (PersonBlocked(),)


# All of them together.
def test_every_reason_is_told_lockdown_first():
    facts = changed(
        FACTS,
        door_state=at_door(UNDER_LOCKDOWN, passback=door.AntiPassback("hard", "campus")),
        person_state=changed(VISITOR, blocked=True),
        credential_state=credential.Suspended(changed(CARD, valid_until=NOON), "Lost"),
        standing=Standing(("campus",)),
        levels={NIGHT: level(FRONT, hours=NIGHT_HOURS)},
    )
    assert [reason.code for reason in denied(facts)] == [
        "under-lockdown",
        "person-blocked",
        "credential-not-enabled",
        "credential-expired",
        "not-permitted-at-this-time",
        "not-expected",
        "anti-passback",
    ]
    assert decide_access(facts).rule == "nobody_enters_during_lockdown"


def test_nobody_is_kept_in():
    facts = changed(
        FACTS,
        direction="out",
        door_state=at_door(UNDER_LOCKDOWN),
        person_state=person.Unknown(),
        credential_state=credential.Unissued(),
        levels={},
    )
    decision = decide_access(facts)
    assert decision.granted
    assert decision.rule == "nobody_is_kept_in"
    assert decision.noted == (UnknownPerson(), UnknownCredential(), NoAccessLevel(FRONT))


@pytest.mark.parametrize("direction", ["in", "out"])
def test_life_safety_opens_to_everybody(direction: Any):
    here = at_door(changed(UNDER_LOCKDOWN, released=RELEASED), egress=False)
    facts = changed(FACTS, door_state=here, person_state=person.Unknown(), direction=direction)
    decision = decide_access(facts)
    assert decision.granted
    assert decision.rule == "life_safety_opens_to_everybody"
    assert UnknownPerson() in decision.noted


@pytest.mark.parametrize("levels", [FACTS.levels, {}])
def test_duress_changes_nothing_at_the_door(levels: Any):
    facts = changed(FACTS, levels=levels)
    forced = changed(facts, credential_state=credential.Active(changed(CARD, duress=True)))
    decision = decide_access(forced)
    assert decision.duress
    assert changed(decision, duress=False) == decide_access(facts)


def test_a_door_that_there_is_not_is_passed_by_nobody_without_a_level():
    facts = changed(FACTS, door_state=door.Unregistered(), levels={})
    assert denied(facts) == (NoAccessLevel(FRONT),)


# What else would be open.
LEVELS: dict[LevelId, Any] = {
    STAFF: level(FRONT),
    NIGHT: level(FRONT, GATE, hours=NIGHT_HOURS),
}
EVENING = datetime(2026, 3, 6, 19, tzinfo=MADRID)
"""A Friday, between the two."""


def explained(
    at: datetime = EVENING,
    states: Any = None,
    *,
    shown: credential.CredentialState | None = None,
    standing: Standing = Standing(),  # noqa: B008  # frozen
    known: person.PersonState = ENROLLED,
    levels: Any = None,
    name: DoorId = FRONT,
) -> access.Decision:
    """What is told to somebody at a door of a small building."""
    levels = LEVELS if levels is None else levels
    held = changed(known, levels=frozenset(levels)) if isinstance(known, person.Enrolled) else known
    there = {
        person.stream(SOMEBODY): held,
        credential.stream(CredentialId("card")): shown,
        **{access_level.stream(n): one for n, one in levels.items()},
        **{door.stream(n): at_door(name=n) for n in (FRONT, BACK, GATE)},
        **{door.stream(n): one for n, one in (states or {}).items()},
    }
    card = CredentialId("card") if shown else None
    passing = Passing(at, name, SOMEBODY, card)
    return access.explained(there.__getitem__, passing, MADRID, lambda: standing)


def later(local: str, fold: int = 0, name: DoorId = FRONT) -> Alternative:
    return Alternative(name, datetime.fromisoformat(local).replace(tzinfo=MADRID, fold=fold))


def test_the_next_time_is_told_in_the_sites_zone():
    assert explained().alternatives == (later("2026-03-06T22:00"),)


def test_a_holiday_is_not_the_next_time():
    monday = datetime(2026, 3, 9).date()  # noqa: DTZ001  # a day
    levels = {STAFF: level(FRONT, holidays=[monday])}
    assert explained(levels=levels).alternatives == (later("2026-03-10T08:00"),)


def test_a_level_for_all_hours_is_open_again_after_a_holiday():
    always = WeeklySchedule((Interval(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 0, 1440),))
    levels = {STAFF: level(FRONT, hours=always, holidays=[EVENING.date()])}
    assert explained(levels=levels).alternatives == (later("2026-03-07T00:00"),)


def test_another_door_is_told_where_it_is_open_now():
    levels = {STAFF: level(FRONT), NIGHT: level(FRONT, BACK, GATE, hours=NIGHT_HOURS)}
    at = EVENING.replace(hour=23)
    states = {FRONT: at_door(UNDER_LOCKDOWN)}
    assert explained(at, states, levels=levels).alternatives == (
        Alternative(BACK, at),
        Alternative(GATE, at),
    )


def test_a_door_that_would_deny_as_well_is_no_alternative():
    at = EVENING.replace(hour=23)
    states = {FRONT: at_door(UNDER_LOCKDOWN), GATE: at_door(door.Wanted(manual="Blocked"))}
    assert explained(at, states).alternatives == ()
    passback = {
        FRONT: at_door(UNDER_LOCKDOWN),
        GATE: at_door(passback=door.AntiPassback("hard", "z")),
    }
    assert explained(at, passback, standing=Standing(("z",))).alternatives == ()


def test_no_more_than_three_other_doors_are_named():
    many = {DoorId(f"yard-{n}"): at_door(name=DoorId(f"yard-{n}")) for n in range(2, 9)}
    levels = {STAFF: level(*many)}
    told = explained(NOON, many, levels=levels).alternatives
    assert [alternative.door for alternative in told] == ["yard-2", "yard-3", "yard-4"]


@pytest.mark.parametrize("known", [changed(ENROLLED, blocked=True), person.Forgotten()])
def test_who_is_not_welcome_is_told_of_nothing_else(known: Any):
    assert explained(known=known).alternatives == ()


def test_where_time_does_not_help_no_time_is_told():
    shown = credential.Suspended(CARD, "Lost")
    assert explained(shown=shown).alternatives == ()


def test_a_credential_that_is_not_valid_yet_is_waited_for():
    issue = changed(CARD, valid_from=datetime(2026, 5, 4, 10, 30, tzinfo=UTC))
    told = explained(shown=credential.Active(issue)).alternatives
    assert told == (later("2026-05-04T12:30"),)
    issue = changed(CARD, valid_from=datetime(2026, 5, 4, 20, 30, tzinfo=UTC))
    told = explained(shown=credential.Active(issue)).alternatives
    assert told == (later("2026-05-05T08:00"),)


def test_a_visitor_is_told_when_they_are_expected():
    start = datetime(2026, 3, 9, 9, tzinfo=UTC)
    standing = Standing((), (Period(start, start + timedelta(hours=2)),))
    told = explained(known=VISITOR, standing=standing).alternatives
    assert told == (later("2026-03-09T10:00"),)
    over = Standing((), (Period(start, start + timedelta(hours=2)),))
    assert explained(start + timedelta(days=1), known=VISITOR, standing=over).alternatives == ()


def test_on_the_night_when_clocks_are_put_back_the_first_of_the_two_hours_is_told():
    sunday = WeeklySchedule((Interval(("sun",), 150, 180),))
    levels = {STAFF: level(FRONT, hours=sunday)}
    at = datetime(2026, 10, 25, 1, tzinfo=MADRID)
    assert explained(at, levels=levels).alternatives == (later("2026-10-25T02:30"),)
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC).astimezone(MADRID)
    assert explained(between, levels=levels).alternatives == (later("2026-10-25T02:30", fold=1),)


def test_who_may_pass_is_told_nothing_else():
    assert explained(NOON).granted
    assert explained(NOON).alternatives == ()
