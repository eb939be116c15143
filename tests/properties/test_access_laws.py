"""The laws of deciding who may pass, tried on anybody at any door at any time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from attrs import evolve as changed, frozen
from hypothesis import given, settings, strategies as st

from cvsec_core.aggregates import access_level, credential, door, person
from cvsec_core.ids import CredentialId, DeviceId, DoorId, GroupId, LevelId, PersonId
from cvsec_core.rules import access
from cvsec_core.rules.access import Facts, Passing, decide_access
from cvsec_core.values import WEEK, Interval, Period, Standing, WeeklySchedule

ZONES = (ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York"))
NIGHTS = [
    datetime(2026, month, day, tzinfo=UTC)
    for month, day in ((3, 8), (3, 29), (10, 25), (11, 1), (6, 3))
]
"""Those on which clocks are set in either zone, and one other."""
DOORS = (DoorId("hall-1"), DoorId("hall-2"), DoorId("yard-1"))
SOMEBODY, ANOTHER = PersonId("somebody"), PersonId("another")
CARD = CredentialId("card")
ALWAYS = access_level.Defined(
    frozenset(DOORS), WeeklySchedule((Interval(WEEK, 0, 1440),)), frozenset()
)

moments = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from(NIGHTS),
    st.integers(-4 * 1440, 2 * 1440),
)
hours = st.lists(
    st.builds(
        lambda days, start, length: Interval(days, start, min(start + length, 1440)),
        st.lists(st.sampled_from(WEEK), min_size=1, max_size=3, unique=True).map(tuple),
        st.integers(0, 1439) | st.integers(60, 200),
        st.integers(1, 90),
    ),
    max_size=3,
).map(lambda some: WeeklySchedule(tuple(some)))
levels = st.builds(
    access_level.Defined,
    st.sets(st.sampled_from(DOORS), min_size=1).map(frozenset),
    hours,
    st.sets(st.sampled_from([night.date() for night in NIGHTS]), max_size=2).map(frozenset),
)
wanted = st.sampled_from(
    [
        door.Wanted(released=released, holds=holds, manual=manual)
        for released in (frozenset[Any](), frozenset({"person"}))
        for holds, manual in (
            (frozenset[GroupId](), None),
            (frozenset[GroupId](), "Locked"),
            (frozenset[GroupId](), "Unlocked"),
            (frozenset[GroupId](), "Blocked"),
            (frozenset({GroupId("east")}), None),  # a lockdown ends what a person asked for
        )
    ]
)
passback = st.builds(
    door.AntiPassback, st.sampled_from(("none", "soft", "hard")), st.sampled_from(("hall", "yard"))
)
issues = st.builds(
    credential.Issue,
    st.sampled_from((SOMEBODY, SOMEBODY, ANOTHER)),
    st.just("card"),
    st.none() | moments,
    st.none() | moments,
    duress=st.booleans(),
)
shown = st.one_of(
    st.none(),
    st.builds(credential.Active, issues),
    st.builds(credential.Active, issues),
    st.builds(credential.Suspended, issues, st.just("Lost")),
    st.builds(credential.Revoked, issues),
    st.just(credential.Unissued()),
)
people = st.builds(
    person.Enrolled,
    st.sampled_from(("personnel", "visitor")),
    st.just(False),
    st.none(),
    blocked=st.sampled_from((False, False, True)),
)
visits = st.builds(
    lambda start, hours: Period(start, start + timedelta(hours=hours)),
    moments,
    st.integers(1, 30),
)


def doors(name: DoorId) -> Any:
    """The door in any state."""
    identity = st.builds(door.Identity, st.just(name), st.just(name[:4]), st.just(1), st.booleans())
    return st.builds(door.Registered, identity, wanted, passback=passback)


@frozen
class Scene:
    """Somebody at a door of a small site."""

    at: datetime
    zone: ZoneInfo
    direction: Any
    known: Any
    levels: dict[LevelId, Any]
    doors: dict[DoorId, Any]
    shown: Any
    standing: Standing

    def look(self, stream: str) -> Any:
        kind, _, name = stream.partition("-")
        if kind == "person":
            held = frozenset(self.levels)
            enrolled = isinstance(self.known, person.Enrolled)
            return changed(self.known, levels=held) if enrolled else self.known
        table: Any = {"level": self.levels, "door": self.doors}.get(kind)
        return self.shown if table is None else table[name]

    def explained(self) -> access.Decision:
        card = None if self.shown is None else CARD
        passing = Passing(self.at, DOORS[0], SOMEBODY, card, self.direction)
        return access.explained(self.look, passing, self.zone, lambda: self.standing)

    def facts(self, name: DoorId = DOORS[0], at: datetime | None = None) -> Facts:
        card = None if self.shown is None else CARD
        passing = Passing(at or self.at, name, SOMEBODY, card, self.direction, self.standing)
        return access.gathered(self.look, passing, self.zone)


scenes = st.builds(
    Scene,
    moments,
    st.sampled_from(ZONES),
    st.sampled_from(("in", "in", "in", "out")),
    st.one_of(people, people, people, st.just(person.Unknown())),
    st.dictionaries(st.sampled_from((LevelId("a"), LevelId("b"), LevelId("c"))), levels),
    st.fixed_dictionaries({name: doors(name) for name in DOORS}),
    shown,
    st.builds(
        lambda inside, expected: Standing(tuple(inside), tuple(expected)),
        st.sets(st.sampled_from(("hall", "yard"))),
        st.lists(visits, max_size=2),
    ),
)
CLOSED = door.Registered(door.Identity(DOORS[0], DeviceId("hall"), 1, True))
hopeful = st.builds(
    lambda scene, level, kind, issue: changed(
        scene,
        direction="in",
        known=person.Enrolled(kind, False, None),
        levels={**scene.levels, LevelId("a"): changed(level, doors=frozenset(DOORS))},
        doors={**scene.doors, DOORS[0]: CLOSED},
        shown=None if issue is None else credential.Active(changed(issue, person=SOMEBODY)),
    ),
    scenes,
    levels,
    st.sampled_from(("personnel", "visitor")),
    st.none() | issues,
)
"""Nothing but time stands against them, mostly."""
ENTERING = {
    "under-lockdown",
    "door-blocked",
    "not-permitted-at-this-time",
    "not-expected",
    "anti-passback",
}
"""The codes of what may be said against entering only."""


@given(scenes)
def test_lockdown_hours_and_passback_deny_nobody_the_way_out(scene: Scene):
    leaving = changed(scene, direction="out")
    decision = decide_access(leaving.facts())
    assert not {reason.code for reason in decision.reasons} & ENTERING
    if scene.doors[DOORS[0]].identity.egress:
        assert decision.granted


@given(scenes)
def test_nobody_is_granted_anything_against_a_reason(scene: Scene):
    decision = decide_access(scene.facts())
    assert decision.granted == (not decision.reasons)
    assert decision.rule
    if decision.noted and {type(reason) for reason in decision.noted} != {access.PassbackViolated}:
        assert decision.rule in {ground.__name__ for ground in access.GROUNDS}


@given(scenes)
def test_taking_a_cause_away_takes_exactly_its_reason_away(scene: Scene):
    facts = scene.facts()
    reasons = decide_access(facts).reasons
    for reason in reasons:
        cured = decide_access(_without(facts, reason.code)).reasons
        gone = [other for other in reasons if other not in cured]
        assert {other.code for other in gone} == {reason.code}
        assert [other for other in cured if other not in reasons] == []


def _without(facts: Facts, code: str) -> Facts:
    """The facts without what made the reason."""
    state: Any = facts.door_state
    known: Any = facts.person_state
    card: Any = facts.credential_state
    match code:
        case "under-lockdown":
            free = changed(state.wanted, holds=frozenset())
            return changed(facts, door_state=changed(state, wanted=free))
        case "door-blocked":
            free = changed(state.wanted, manual=None)
            return changed(facts, door_state=changed(state, wanted=free))
        case "unknown-person":
            return changed(facts, person_state=person.Enrolled("personnel", False, None))
        case "person-blocked":
            return changed(facts, person_state=changed(known, blocked=False))
        case "unknown-credential":
            issue = credential.Issue(SOMEBODY, "card", None, None)
            return changed(facts, credential_state=credential.Active(issue))
        case "credential-of-somebody-else":
            return changed(facts, who=card.issue.person)
        case "credential-not-enabled":
            return changed(facts, credential_state=_enabled(card))
        case "credential-not-active":
            issue = changed(card.issue, valid_from=None)
            return changed(facts, credential_state=changed(card, issue=issue))
        case "credential-expired":
            issue = changed(card.issue, valid_until=None)
            return changed(facts, credential_state=changed(card, issue=issue))
        case "no-access-level" | "not-permitted-at-this-time":
            return changed(facts, levels={**facts.levels, LevelId("z"): ALWAYS})
        case "not-expected":
            return changed(facts, person_state=changed(known, kind="personnel"))
        case _:
            assert code == "anti-passback"
            return changed(facts, standing=changed(facts.standing, inside=()))


def _enabled(card: Any) -> credential.CredentialState:
    """The card as if it had not been disabled; a revoked one's time is over with it."""
    if isinstance(card, credential.Suspended):
        return credential.Active(card.issue)
    return credential.Active(changed(card.issue, valid_from=None, valid_until=None))


@settings(max_examples=60)
@given(hopeful)
def test_the_time_that_is_told_is_the_first_at_which_the_door_is_passed(scene: Scene):
    told = [other for other in scene.explained().alternatives if other.door == DOORS[0]]
    facts = scene.facts()
    if decide_access(facts).granted:
        assert told == []
        return
    start = scene.at.astimezone(UTC)
    week = (start + timedelta(minutes=minute) for minute in range(1, 7 * 1440))
    moments = (moment.astimezone(scene.zone) for moment in week)
    first = next((m for m in moments if decide_access(changed(facts, at=m)).granted), None)
    if told:
        assert decide_access(changed(facts, at=told[0].at)).granted
    if told and told[0].at.astimezone(UTC) < start + timedelta(days=7):
        assert told[0].at == first
    else:
        assert first is None or isinstance(facts.person_state, person.Unknown)


@given(scenes)
def test_every_other_door_that_is_told_is_passed_now(scene: Scene):
    for other in scene.explained().alternatives:
        assert decide_access(scene.facts(other.door, other.at)).granted


@given(scenes)
def test_nobody_who_is_blocked_or_unknown_is_told_of_anything_else(scene: Scene):
    blocked = changed(person.Enrolled("personnel", False, None), blocked=True)
    for known in (blocked, person.Unknown(), person.Forgotten()):
        assert changed(scene, known=known).explained().alternatives == ()


@given(scenes)
def test_duress_changes_nothing_of_what_is_decided(scene: Scene):
    if not isinstance(scene.shown, credential.Active):
        return
    plain, forced = (
        decide_access(changed(scene, shown=_under_duress(scene.shown, duress)).facts())
        for duress in (False, True)
    )
    assert changed(forced, duress=False) == plain
    assert (plain.duress, forced.duress) == (False, True)


def _under_duress(card: credential.Active, duress: bool) -> credential.Active:
    return credential.Active(changed(card.issue, duress=duress))
