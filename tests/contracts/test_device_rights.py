"""Who may pass while a controller is alone: told to it on every line, and taken back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import define

from cvsec_core.aggregates import (
    access_level,
    alarm,
    credential,
    device,
    lockdown_group,
    organisation,
    person,
    visit,
)
from cvsec_core.ids import CredentialId, DeviceId, GroupId, LevelId, PersonId, VisitId
from cvsec_core.projections import device_rights
from cvsec_core.values import WEEK, Interval, WeeklySchedule, spanning
from tests.contracts.door_lines import FIRST, LINES, NOON, SECOND, SERIAL, World, world

STAFF, CLEANERS = LevelId("staff"), LevelId("cleaners")
DAYTIME = WeeklySchedule((Interval(WEEK, 8 * 60, 18 * 60),))
ALWAYS = WeeklySchedule((Interval(WEEK, 0, 1440),))
GRANTED, TOO_EARLY, NO_RIGHT, UNREGISTERED, EXPIRED = 0, 22, 23, 27, 29


@define
class People:
    """A controller's site, and those who have rights there."""

    here: World

    def enroll(self, number: str, card: str | None = None, kind: Any = "personnel") -> PersonId:
        name = self.here.site.newcomer(("number", number))
        named = person.Particulars("Guest", "One", number=number)
        self.ask(person.EnrollPerson(name, kind, named, "me", self.here.now))
        if card:
            self.issue(name, card)
        return name

    def issue(self, name: PersonId, card: str, **told: Any) -> CredentialId:
        shown = self.here.site.new_card(card)
        self.ask(
            credential.IssueCredential(
                shown, name, "card", "me", self.here.now, number=card, **told
            )
        )
        return shown

    def define(self, level: LevelId, *doors: Any, hours: Any = DAYTIME, **told: Any) -> None:
        self.ask(access_level.DefineAccessLevel(level, doors, hours, "me", self.here.now, **told))

    def change(self, level: LevelId, *doors: Any, hours: Any = DAYTIME, **told: Any) -> None:
        self.ask(access_level.ChangeAccessLevel(level, doors, hours, "me", self.here.now, **told))

    def grant(self, name: PersonId, level: LevelId = STAFF) -> None:
        self.ask(person.GrantAccess(name, level, "me", self.here.now))

    def withdraw(self, name: PersonId, level: LevelId = STAFF) -> None:
        self.ask(person.WithdrawAccess(name, level, "me", self.here.now))

    def ask(self, command: Any) -> None:
        self.here.ask(command).or_raise()

    def settle(self, exchanges: int = 6) -> None:
        """Let the controller and the site talk until all is told."""
        for _ in range(exchanges):
            assert self.here.exchange()

    def shows(self, card: str = "5001", number: int = 1) -> int:
        """What the controller makes of a card, while it is alone."""
        return self.here.controller.present(number, card, self.here.now)

    @property
    def rights(self) -> Any:
        return self.here.controller.rights

    def told(self) -> int:
        return len(self.here.events(device.RightsHandedOut))


@pytest.fixture(params=LINES)
def people(request: pytest.FixtureRequest) -> Iterator[People]:
    """Somebody with a card and a level for the first door, whom the controller knows."""
    with ExitStack() as stack:
        here = People(stack.enter_context(world(request.param)))
        assert here.here.exchange()
        here.define(STAFF, FIRST)
        yield here


@pytest.fixture
def somebody(people: People) -> PersonId:
    name = people.enroll("1001", "5001")
    people.grant(name)
    people.settle()
    return name


def test_whoever_holds_a_level_is_let_in_by_a_controller_that_is_alone(
    people: People, somebody: PersonId
):
    assert people.shows() == GRANTED
    assert people.shows(number=2) == NO_RIGHT
    people.here.wait(7 * 3600)  # 20:00 in Paris
    assert people.shows() == TOO_EARLY
    assert people.shows("9999") == UNREGISTERED


def test_when_all_is_told_nothing_is_told_again(people: People, somebody: PersonId):
    before, head = people.told(), people.here.site.log.head()
    people.settle(3)
    people.here.exchange(3600)
    assert people.told() == before
    assert people.here.site.log.head() == head


def test_who_has_no_card_or_no_level_is_not_told_of(people: People):
    people.grant(people.enroll("1001"))
    people.enroll("1002", "5002")
    people.settle()
    assert people.rights.users == {}


def test_only_what_changed_is_told(people: People, somebody: PersonId):
    other = people.enroll("1002", "5002")
    before = people.told()
    people.grant(other)
    people.settle()
    assert people.told() == before + 1
    assert people.shows("5002") == GRANTED


# Taken back.
def withdrawn(people: People, name: PersonId) -> None:
    people.withdraw(name)


def blocked(people: People, name: PersonId) -> None:
    people.ask(person.BlockPerson(name, "lost trust", "me", people.here.now))


def suspended(people: People, name: PersonId) -> None:
    card = people.here.site.card("5001")
    people.ask(credential.SuspendCredential(card, "Lost", "me", people.here.now))


def revoked(people: People, name: PersonId) -> None:
    people.ask(credential.RevokeCredential(people.here.site.card("5001"), "me", people.here.now))


def forgotten(people: People, name: PersonId) -> None:
    card = people.here.site.card("5001")
    people.ask(person.ForgetPerson(name, "me", people.here.now, (card,)))


@pytest.mark.parametrize("happens", [withdrawn, blocked, suspended, revoked, forgotten])
def test_who_may_not_pass_any_more_is_taken_away(
    people: People, somebody: PersonId, happens: Callable[[People, PersonId], None]
):
    other = people.enroll("1002", "5002")
    people.grant(other)
    people.settle()
    happens(people, somebody)
    people.settle()
    assert people.shows() == UNREGISTERED
    assert list(people.rights.users) == ["1002"]
    assert {pin for pin, _ in people.rights.authorised} == {"1002"}
    assert people.shows("5002") == GRANTED


@pytest.mark.parametrize(
    ("happens", "undone"),
    [
        (blocked, lambda name, _, at: person.UnblockPerson(name, "me", at)),
        (suspended, lambda _, card, at: credential.RestoreCredential(card, "me", at)),
        (withdrawn, lambda name, _, at: person.GrantAccess(name, STAFF, "me", at)),
    ],
)
def test_who_may_pass_again_is_told_again(
    people: People, somebody: PersonId, happens: Any, undone: Any
):
    happens(people, somebody)
    people.settle()
    card = people.here.site.card("5001")
    people.ask(undone(somebody, card, people.here.now))
    people.settle()
    assert people.shows() == GRANTED


def test_who_was_forgotten_while_the_controller_was_away_is_taken_away_when_it_is_back(
    people: People, somebody: PersonId
):
    people.here.controller.troubles.connected = False
    withdrawn(people, somebody)
    forgotten(people, somebody)
    assert not people.here.exchange()
    assert people.shows() == GRANTED
    people.here.controller.troubles.connected = True
    people.settle()
    assert people.rights.users == {}
    people.here.exchange(61)
    people.settle()
    before = people.told()
    people.here.exchange(61)
    people.settle()
    assert people.told() == before


def test_who_is_enrolled_anew_under_an_old_number_is_somebody_else(
    people: People, somebody: PersonId
):
    forgotten(people, somebody)
    people.grant(people.enroll("1001", "5003"))
    people.settle()
    people.here.exchange(61)
    people.settle()
    assert people.shows("5001") == UNREGISTERED
    assert people.shows("5003") == GRANTED


@define
class Anew:
    """What somebody has who is enrolled under the number of who was forgotten meanwhile."""

    card: str | None
    levels: tuple[LevelId, ...]


@pytest.mark.parametrize(
    "anew", [Anew("5003", ()), Anew(None, (STAFF,)), Anew(None, ()), Anew("5003", (STAFF,))]
)
def test_what_was_somebody_s_opens_no_door_for_who_has_their_number_now(
    people: People, somebody: PersonId, anew: Anew
):
    people.define(CLEANERS, SECOND)
    people.grant(somebody, CLEANERS)
    other = people.enroll("1002", "5002")
    people.grant(other)
    people.settle()
    people.here.controller.troubles.connected = False
    forgotten(people, somebody)
    name = people.enroll("1001", anew.card)
    for level in anew.levels:
        people.grant(name, level)
    people.here.exchange()
    people.here.controller.troubles.connected = True
    for _ in range(3):
        people.settle()
        assert people.shows("5002") == GRANTED
        people.here.exchange(61)
    passes = GRANTED if anew.card and anew.levels else UNREGISTERED
    assert people.shows() == UNREGISTERED
    assert people.shows("5003") == passes
    assert people.shows("5003", number=2) in {NO_RIGHT, UNREGISTERED}
    assert len(people.rights.users) == (2 if passes == GRANTED else 1)
    assert {number for pin, number in people.rights.authorised if pin == "1001"} <= {2}


def test_a_new_card_takes_the_place_of_the_old_one(people: People, somebody: PersonId):
    revoked(people, somebody)
    people.issue(somebody, "5009")
    people.settle()
    assert people.shows("5009") == GRANTED
    assert people.shows() == UNREGISTERED


def test_a_card_for_duress_takes_no_other_s_place(people: People, somebody: PersonId):
    people.issue(somebody, "5009", duress=True)
    people.settle()
    assert people.shows() == GRANTED
    assert people.shows("5009") == UNREGISTERED  # only a site that is asked can raise the alarm


def test_who_has_a_card_for_duress_alone_is_not_told_of(people: People):
    name = people.enroll("1001")
    people.issue(name, "5009", duress=True)
    people.grant(name)
    people.settle()
    assert people.rights.users == {}


def test_a_second_level_stays_when_the_first_goes(people: People, somebody: PersonId):
    people.define(CLEANERS, FIRST, SECOND, hours=ALWAYS)
    people.grant(somebody, CLEANERS)
    people.settle()
    people.here.wait(10 * 3600)
    assert people.shows() == people.shows(number=2) == GRANTED
    people.withdraw(somebody, CLEANERS)
    people.settle()
    assert people.shows(number=2) == NO_RIGHT
    assert people.shows() == TOO_EARLY


# Taken away first.
def crowd(people: People, pages: int) -> None:
    for number in range(device_rights.PAGE * pages):
        people.grant(people.enroll(f"{2000 + number}", f"{6000 + number}"))


@pytest.mark.parametrize("happens", [withdrawn, blocked, suspended, revoked])
def test_who_may_not_pass_any_more_is_taken_away_before_a_long_list_goes_on(
    people: People, somebody: PersonId, happens: Callable[[People, PersonId], None]
):
    crowd(people, 3)
    people.here.exchange()
    assert len(people.rights.users) == 1 + device_rights.PAGE
    happens(people, somebody)
    people.here.exchange()
    assert people.shows() == UNREGISTERED
    assert len(people.rights.users) == device_rights.PAGE
    people.settle()
    assert len(people.rights.users) == 3 * device_rights.PAGE
    assert people.shows() == UNREGISTERED


def test_who_is_forgotten_is_taken_away_before_a_long_list_is_told(
    people: People, somebody: PersonId
):
    crowd(people, 3)
    people.here.exchange()
    forgotten(people, somebody)
    people.here.exchange()  # the controller says whom it knows
    people.here.exchange()
    assert people.shows() == UNREGISTERED
    assert len(people.rights.users) < 3 * device_rights.PAGE
    people.here.exchange(61)
    people.settle()
    assert len(people.rights.users) == 3 * device_rights.PAGE


def test_who_was_blocked_while_the_controller_was_away_is_taken_away_first(
    people: People, somebody: PersonId
):
    crowd(people, 1)
    people.here.controller.troubles.connected = False
    people.here.exchange()
    blocked(people, somebody)
    people.here.controller.troubles.connected = True
    people.here.exchange()
    assert people.rights.users == {}
    people.settle()
    assert len(people.rights.users) == device_rights.PAGE


def test_a_removal_overtakes_a_page_that_the_controller_has_not_answered(
    people: People, somebody: PersonId
):
    crowd(people, 1)
    people.here.controller.troubles.loses_results = True
    people.here.exchange()
    blocked(people, somebody)
    people.here.exchange()
    assert people.shows() == UNREGISTERED
    people.here.controller.troubles.loses_results = False
    people.here.exchange(61)
    people.settle()
    assert len(people.rights.users) == device_rights.PAGE


def test_a_removal_that_a_controller_will_not_take_is_an_alarm_until_it_takes_it(
    people: People, somebody: PersonId
):
    people.here.controller.refuses = -18
    blocked(people, somebody)
    people.here.exchange()
    (raised,) = people.here.events(alarm.AlarmRaised)
    assert (raised.device, raised.code, raised.level) == (SERIAL, 705, "alarm")
    people.here.exchange(31)
    assert len(people.here.events(alarm.AlarmRaised)) == 1
    people.here.controller.refuses = None
    assert people.shows() == GRANTED
    people.here.exchange(31)
    assert people.shows() == UNREGISTERED
    (over,) = people.here.events(alarm.AlarmReturnedToNormal)
    assert over.alarm == raised.alarm


# Levels.
def test_other_hours_are_told_without_telling_of_anybody(people: People, somebody: PersonId):
    before = people.told()
    people.change(STAFF, FIRST, hours=WeeklySchedule(spanning(WEEK, 22 * 60, 6 * 60)))
    people.settle()
    assert people.told() == before + 1
    assert people.shows() == TOO_EARLY
    people.here.wait(15 * 3600)  # 04:00
    assert people.shows() == GRANTED


def test_other_doors_are_told_for_everybody(people: People, somebody: PersonId):
    people.change(STAFF, SECOND)
    people.settle()
    assert people.shows() == NO_RIGHT
    assert people.shows(number=2) == GRANTED


def test_a_controller_that_is_taken_out_of_a_level_knows_nobody_of_it_any_more(people: People):
    site = people.here.site
    site.handle(device.RegisterDevice("YARD", "Yard", "A", "Europe/Paris", 1, "me", NOON))  # pyright: ignore[reportArgumentType]
    people.grant(people.enroll("1001", "5001"))
    people.settle()
    people.change(STAFF, "YARD-1")
    people.settle()
    assert people.rights.users == {}
    before = people.told()
    people.grant(people.enroll("1002", "5002"))
    people.settle()
    assert people.told() == before


def test_hours_of_many_intervals_take_two_numbers(people: People, somebody: PersonId):
    many = tuple(Interval(WEEK, hour * 60, hour * 60 + 30) for hour in (9, 11, 13, 15, 17))
    people.change(STAFF, FIRST, hours=WeeklySchedule(many))
    people.settle()
    assert people.shows() == GRANTED  # 13:00
    people.here.wait(2 * 3600)
    assert people.shows() == GRANTED
    people.here.wait(3600)
    assert people.shows() == TOO_EARLY


@pytest.mark.parametrize("left", [FIRST, "YARD-1"])
def test_a_door_that_a_level_loses_together_with_hours_is_closed(
    people: People, somebody: PersonId, left: str
):
    people.ask(device.RegisterDevice(DeviceId("YARD"), "Yard", "A", "Europe/Paris", 1, "me", NOON))
    many = tuple(Interval(WEEK, hour * 60, hour * 60 + 30) for hour in (9, 10, 11, 13, 15))
    people.define(CLEANERS, FIRST, SECOND, hours=WeeklySchedule(many))
    people.grant(somebody, CLEANERS)
    people.settle()
    people.here.wait(2 * 3600)
    assert people.shows(number=2) == GRANTED  # 15:00, the second number
    people.change(CLEANERS, left, hours=WeeklySchedule(many[:1]))
    people.settle()
    assert people.shows(number=2) == NO_RIGHT
    assert people.shows() == GRANTED  # by the other level


def test_on_a_holiday_of_the_level_nobody_passes_by_it(people: People, somebody: PersonId):
    tomorrow = date(2026, 11, 24)
    people.define(CLEANERS, SECOND)
    people.grant(somebody, CLEANERS)
    people.change(STAFF, FIRST, holidays=(tomorrow, date(2026, 11, 26), date(2026, 1, 1)))
    people.settle()
    assert people.shows() == GRANTED
    people.here.wait(86400)
    assert people.shows() == TOO_EARLY
    assert people.shows(number=2) == GRANTED
    assert people.rights.holidays == {tomorrow: 1, date(2026, 11, 26): 1}


# Devices.
def test_a_controller_that_began_anew_is_told_everything_again(people: People, somebody: PersonId):
    people.here.controller.restart(people.here.now, forgets=True)
    assert people.shows() == UNREGISTERED
    people.settle()
    assert people.shows() == GRANTED


def test_what_was_lost_on_the_way_is_told_again(people: People):
    people.here.controller.troubles.loses_commands = True
    people.grant(people.enroll("1001", "5001"))
    people.settle()
    people.here.controller.troubles.loses_commands = False
    assert people.shows() == UNREGISTERED
    people.settle(2)
    assert people.shows() == UNREGISTERED  # it has some time to answer
    people.here.exchange(61)
    people.settle()
    assert people.shows() == GRANTED


def test_without_an_outcome_nothing_counts_as_told(people: People):
    people.here.controller.troubles.loses_results = True
    people.grant(people.enroll("1001", "5001"))
    people.settle()
    people.here.exchange(61)
    before = people.told()
    people.here.exchange(61)
    assert people.told() == before + 1
    people.here.controller.troubles.loses_results = False
    people.here.exchange(61)
    people.settle()
    assert people.shows() == GRANTED


def test_what_a_controller_will_not_take_is_told_again_after_a_while(people: People):
    people.here.controller.refuses = -18
    people.grant(people.enroll("1001", "5001"))
    people.settle()
    (rejected,) = people.here.events(device.DeviceCommandRejected)
    assert (rejected.kind, rejected.code) == ("rights", -18)
    people.here.controller.refuses = None
    people.settle()
    assert people.shows() == UNREGISTERED
    people.here.exchange(601)
    people.settle()
    assert people.shows() == GRANTED


def test_a_lockdown_goes_before_rights(people: People):
    people.grant(people.enroll("1001", "5001"))
    people.ask(lockdown_group.DefineLockdownGroup(GroupId("g"), (FIRST,), "me", people.here.now))
    people.ask(lockdown_group.ActivateLockdown(GroupId("g"), "me", people.here.now))
    people.here.exchange()
    assert people.here.controller.doors[1].lockdown
    people.settle()
    assert people.shows() == 63


def test_many_are_told_a_page_at_a_time(people: People):
    for number in range(device_rights.PAGE + 20):
        people.grant(people.enroll(f"{2000 + number}", f"{6000 + number}"))
    people.settle()
    pages = [event for event in people.here.events(device.RightsHandedOut) if event.level]
    assert len(pages) == 2
    assert people.shows("6000") == people.shows(f"{6000 + device_rights.PAGE + 19}") == GRANTED


# Days, names and visitors.
def test_a_card_counts_on_the_days_on_which_it_is_valid(people: People):
    name = people.enroll("1001")
    start = datetime(2026, 11, 25, 9, tzinfo=UTC)
    people.issue(name, "5001", valid_from=start, valid_until=start + timedelta(days=1))
    people.grant(name)
    people.settle()
    assert people.shows() == EXPIRED
    people.here.wait(2 * 86400)
    assert people.shows() == GRANTED
    people.here.wait(2 * 86400)
    assert people.shows() == EXPIRED


def test_a_day_that_begins_as_a_card_ends_is_none_of_its_days(people: People):
    name = people.enroll("1001")
    people.issue(name, "5001", valid_until=datetime(2026, 11, 24, tzinfo=UTC))
    people.grant(name)
    people.settle()
    assert people.shows() == GRANTED
    people.here.wait(21 * 3600)
    assert people.shows() == EXPIRED


def test_a_day_that_begins_as_a_visit_ends_is_none_of_its_days(people: People):
    guest, host = people.enroll("3001", "7001", "visitor"), people.enroll("1001")
    people.grant(guest)
    now, end = people.here.now, datetime(2026, 11, 24, tzinfo=UTC)
    people.ask(visit.RegisterVisit(VisitId("v"), guest, host, now, end, "meeting", "me", now))
    people.ask(visit.CheckIn(VisitId("v"), "me", now))
    people.settle()
    assert people.rights.users["3001"].end == date(2026, 11, 23)


def test_names_stay_with_the_site_unless_the_organisation_shows_them(
    people: People, somebody: PersonId
):
    assert people.rights.users["1001"].name == ""
    shown = organisation.SetDisplayOfPersonalData(("name",), "me", people.here.now)
    people.ask(shown)
    people.settle()
    assert people.rights.users["1001"].name == "Guest One"
    people.ask(organisation.SetDisplayOfPersonalData((), "me", people.here.now))
    people.settle()
    assert people.rights.users["1001"].name == ""


def test_a_visitor_is_known_while_they_are_checked_in(people: People):
    guest, host = people.enroll("3001", "7001", "visitor"), people.enroll("1001")
    people.grant(guest)
    people.settle()
    assert people.shows("7001") == UNREGISTERED
    now = people.here.now
    end = now + timedelta(hours=3)
    people.ask(visit.RegisterVisit(VisitId("v"), guest, host, now, end, "meeting", "me", now))
    people.ask(visit.CheckIn(VisitId("v"), "me", now))
    people.settle()
    assert people.shows("7001") == GRANTED
    people.ask(visit.CheckOut(VisitId("v"), "me", people.here.now))
    people.settle()
    assert people.shows("7001") == UNREGISTERED


def test_who_has_a_number_that_no_device_could_hold_is_not_told_of(people: People):
    people.grant(people.enroll("número", "5001"))
    people.grant(people.enroll("1002", "5002"))
    people.settle()
    assert list(people.rights.users) == ["1002"]


def test_a_device_that_was_retired_is_told_nothing(people: People, somebody: PersonId):
    before = people.told()
    people.ask(device.RetireDevice(SERIAL, "me", people.here.now))
    people.grant(people.enroll("1002", "5002"))
    people.here.exchange()
    assert people.told() == before
