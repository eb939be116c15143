"""I14: what is decided at a door is recorded, with all that stands against it."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings, strategies as st

from cvsec_core.aggregates import access_level, credential, door, lockdown_group, person
from cvsec_core.ids import CredentialId, LevelId, PersonId
from cvsec_core.values import WEEK, Interval, WeeklySchedule
from tests.core.places import FRONT, GROUND, NOON, Watch, built

SOMEBODY, CARD, STAFF = PersonId("somebody"), CredentialId("card"), LevelId("staff")
DAYTIME = WeeklySchedule((Interval(WEEK, 8 * 60, 18 * 60),))
AT = NOON + timedelta(hours=1)
CAUSES: dict[str, Any] = {
    "under-lockdown": lockdown_group.ActivateLockdown(GROUND, "guard", AT),
    "person-blocked": person.BlockPerson(SOMEBODY, "lost trust", "guard", AT),
    "credential-not-enabled": credential.SuspendCredential(CARD, "Lost", "guard", AT),
    "no-access-level": person.WithdrawAccess(SOMEBODY, STAFF, "guard", AT),
    "not-permitted-at-this-time": access_level.ChangeAccessLevel(
        STAFF, (FRONT,), WeeklySchedule(), "guard", AT
    ),
}
"""By the code of its reason, in the order in which reasons are told."""


@settings(max_examples=40)
@given(st.sets(st.sampled_from(sorted(CAUSES))), st.sampled_from(("in", "out")))
def test_i14_a_decision_is_recorded_with_all_its_reasons(causes: set[str], direction: Any):
    site = built(Watch(AT))
    for command in (
        person.EnrollPerson(SOMEBODY, "personnel", person.Particulars("Guest"), "me", NOON),
        access_level.DefineAccessLevel(STAFF, (FRONT,), DAYTIME, "me", NOON),
        person.GrantAccess(SOMEBODY, STAFF, "me", NOON),
        credential.IssueCredential(CARD, SOMEBODY, "card", "me", NOON, number="4711"),
        *(command for code, command in CAUSES.items() if code in causes),
    ):
        site.handle(command).or_raise()
    before = site.log.head()

    decision = site.decide_at_door(FRONT, AT, shown=CARD, direction=direction)

    (recorded,) = site.log.read_all(before, 10)
    if "no-access-level" in causes:
        causes = causes - {
            "not-permitted-at-this-time"
        }  # there is no level whose hours it could be
    if direction == "out":
        assert isinstance(recorded.event, door.AccessGranted)
        kept = causes - {"under-lockdown", "not-permitted-at-this-time"}
        assert [r.code for r in recorded.event.noted] == [c for c in CAUSES if c in kept]
    elif causes:
        assert isinstance(recorded.event, door.AccessDenied)
        assert recorded.event.reasons == decision.reasons
        assert [r.code for r in decision.reasons] == [c for c in CAUSES if c in causes]
    else:
        assert isinstance(recorded.event, door.AccessGranted)
        assert decision.granted
    site.close()
