"""The script of the day, scene by scene."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random

from cvsec_adapters.demo import campus
from cvsec_adapters.demo.campus import GATES, LABS, LIBRARY, Person
from cvsec_adapters.demo.reception import Reception
from cvsec_adapters.demo.stage import Passage, Stage
from cvsec_core.aggregates.alarm import AcknowledgeAlarm
from cvsec_core.aggregates.device import RegisterDevice
from cvsec_core.aggregates.door import RequestAlarmCancel, RequestUnlock
from cvsec_core.aggregates.lockdown_group import (
    ActivateLockdown,
    CancelLockdown,
    DefineLockdownGroup,
)
from cvsec_core.aggregates.organisation import FoundOrganisation
from cvsec_core.ids import DoorId, door_of
from cvsec_core.projections import alarm_center
from cvsec_core.vocabulary import FORCED_OPEN

Tell = Callable[[datetime, str], None]
"""Is told when something happens, and what."""

SEED = 12
DEAN, GUARD = "dean", "guard"
EIGHT_MINUTES = timedelta(minutes=8)


def play(stage: Stage, tell: Tell) -> None:
    """Play the whole day on *stage*.

    Raises:
        StageError: something that has to happen does not.
    """
    day = Day(stage, tell)
    reception = Reception(stage, day.tell)
    for scene in (
        day.the_campus_is_set_up,
        reception.everybody_is_enrolled,
        reception.guests_are_invited,
        day.everybody_arrives,
        reception.a_guest_shows_the_code_of_the_letter,
        day.a_card_is_not_known,
        day.a_drill,
        reception.a_courier_comes,
        day.a_door_is_propped_open,
        day.a_controller_drops_off,
        day.it_comes_back,
        reception.guests_leave,
        reception.somebody_is_turned_away,
        day.a_parcel_is_let_in,
        reception.a_delegation_comes,
        day.a_door_is_forced,
        day.most_go_home,
        reception.guardians_were_told,
        day.lockdown,
        day.somebody_wants_out,
        day.somebody_wants_in,
        reception.who_is_on_site,
    ):
        scene()


class Day:
    """The scenes, in the order in which they are played."""

    def __init__(self, stage: Stage, tell: Tell) -> None:
        self.stage, self._tell = stage, tell
        self._chance = Random(SEED)  # noqa: S311  # a play, the same each time

    def the_campus_is_set_up(self) -> None:
        stage, zone = self.stage, self.stage.zone.key
        self.tell(f"{campus.NAME} opens: {len(campus.PEOPLE)} people, three controllers.")
        stage.ask(FoundOrganisation(campus.NAME, zone, "en", DEAN, stage.now), DEAN)
        for place in campus.PLACES:
            doors = len(place.doors)
            stage.ask(
                RegisterDevice(
                    place.serial, place.name, place.area, zone, doors, DEAN, stage.now,
                    place.capabilities,
                ),
                DEAN,
            )  # fmt: skip
            self.tell(f"{place.name}: {', '.join(place.doors)}.")
        for group, doors in campus.GROUPS.items():
            stage.ask(DefineLockdownGroup(group, doors, DEAN, stage.now), DEAN)
        stage.wait(timedelta(minutes=2))

    def everybody_arrives(self) -> None:
        self.tell("Everybody arrives: through the gates, and on to library and laboratories.")
        arriving = self._shuffled(campus.PEOPLE)
        self.stage.go_through(
            Passage(GATES, self._chance.choice((1, 1, 1, 2, 3)), p.card) for p in arriving
        )
        self.stage.until(9, 0)
        self.stage.go_through(Passage(LIBRARY, 1, p.card) for p in arriving[:30])
        self.stage.go_through(Passage(LABS, 1, p.card) for p in campus.ALLOWED[LABS.serial])

    def a_card_is_not_known(self) -> None:
        self.stage.until(9, 40)
        student = campus.STUDENTS[16]
        self.tell(f"{student.role.capitalize()} tries the server room, twice; an old card a gate.")
        self.stage.go_through(
            (
                Passage(LABS, 4, student.card),
                Passage(LABS, 4, student.card),
                Passage(GATES, 2, campus.OLD_CARD),
            )
        )

    def a_drill(self) -> None:
        self.stage.until(10, 0)
        self.tell(f"The guard rehearses a lockdown of {campus.WEST}: timed, and no door touched.")
        stage = self.stage
        drill = ActivateLockdown(campus.WEST, GUARD, stage.now, drill=True, reason="Exercise")
        stage.ask(drill, GUARD)
        stage.wait(timedelta(minutes=3))
        stage.ask(CancelLockdown(campus.WEST, GUARD, stage.now), GUARD)

    def a_door_is_propped_open(self) -> None:
        self.stage.until(10, 30)
        teacher, stage = campus.TEACHERS[3], self.stage
        self.tell(f"{teacher.role.capitalize()} props the library terrace open; it is held open.")
        library = stage.controller(LIBRARY)
        library.present(4, teacher.card, stage.now)
        library.push_open(4, stage.now + timedelta(seconds=2))
        for _ in range(4):
            stage.wait(timedelta(seconds=20))
        library.close(4, stage.now)
        stage.wait(timedelta(seconds=5))

    def a_controller_drops_off(self) -> None:
        self.stage.until(11, 0)
        stage, labs = self.stage, self.stage.controller(LABS)
        self.tell("The laboratories lose their network; their controller goes on by itself.")
        labs.troubles.connected = False
        stage.wait(timedelta(minutes=2))
        stage.until_offline(LABS)
        refused = self._unlock(door_of(LABS.serial, 2))
        self.tell(f"The guard tries to open chemistry from afar. {refused}")

    def it_comes_back(self) -> None:
        stage, labs = self.stage, self.stage.controller(LABS)
        labs.skew = -EIGHT_MINUTES
        inside = self._shuffled(campus.ALLOWED[LABS.serial])[:12]
        stage.go_through(Passage(LABS, self._chance.choice((1, 2, 3)), p.card) for p in inside)
        stage.until(11, 45)
        told = sum(not kept.delivered for kept in labs.memory)
        self.tell(f"They are back, with {told} records to tell and a clock eight minutes slow.")
        labs.troubles.connected = True
        stage.wait(timedelta(seconds=10))

    def a_parcel_is_let_in(self) -> None:
        self.stage.until(13, 0)
        stage, door = self.stage, door_of(GATES.serial, 4)
        self.tell("A parcel comes; the guard opens the delivery gate from afar.")
        self._unlock(door)
        stage.wait(timedelta(seconds=2))
        gates = stage.controller(GATES)
        gates.push_open(4, stage.now)
        gates.close(4, stage.now + timedelta(seconds=2))
        stage.wait(timedelta(seconds=5))

    def a_door_is_forced(self) -> None:
        self.stage.until(14, 20)
        stage, archive = self.stage, door_of(LIBRARY.serial, 3)
        self.tell("The archive is forced open.")
        stage.controller(LIBRARY).push_open(3, stage.now)
        stage.wait(timedelta(seconds=15))
        self._acknowledge(FORCED_OPEN, "Caretaker went there; the wind, the latch is worn.")
        self.tell("The guard acknowledges the alarm and silences the door.")
        stage.ask(RequestAlarmCancel(archive, GUARD, stage.now), GUARD)
        stage.wait(timedelta(seconds=2))
        stage.controller(LIBRARY).close(3, stage.now)
        stage.wait(timedelta(seconds=5))

    def most_go_home(self) -> None:
        self.stage.until(16, 30)
        self.tell("Most go home.")
        leaving = self._shuffled(campus.PEOPLE)[:45]
        self.stage.go_through(
            Passage(GATES, self._chance.choice((1, 1, 2, 3)), p.card, "out") for p in leaving
        )

    def lockdown(self) -> None:
        self.stage.until(17, 10)
        stage = self.stage
        self.tell("A stranger in the library: west-wing and science are locked down.")
        for group, reason in (
            (campus.WEST, "Stranger in the library"),
            (campus.SCIENCE, "Stranger may have gone to the laboratories"),
        ):
            stage.ask(ActivateLockdown(group, GUARD, stage.now, reason=reason), GUARD)
            stage.wait(timedelta(seconds=1), (LIBRARY,))
            stage.wait(timedelta(seconds=1), (LABS, GATES))
        self.tell("Every door confirms, except the server room: its bolt is stuck.")

    def somebody_wants_out(self) -> None:
        stage, room = self.stage, campus.TRAP
        stage.wait(timedelta(minutes=1))
        self.tell("In the reading room the exit button is dead: the door is relocked, exit free.")
        stage.controller(LIBRARY).press_exit(room, stage.now)
        stage.wait(timedelta(seconds=2))
        stage.wait(timedelta(seconds=2))

    def somebody_wants_in(self) -> None:
        stage, student = self.stage, campus.STUDENTS[2]
        self.tell(f"{student.role.capitalize()} wants in and is not let.")
        stage.go_through((Passage(LIBRARY, 1, student.card), Passage(LABS, 1, student.card)))
        refused = self._unlock(campus.LOBBY)
        self.tell(f"Nor can the guard let them in from afar. {refused}")
        stage.wait(timedelta(minutes=1))

    def tell(self, text: str) -> None:
        """Say what happens now."""
        self._tell(self.stage.now, text)

    def _unlock(self, door: DoorId) -> str:
        """Ask for a door to be unlocked; why it was refused, or nothing."""
        answer = self.stage.ask(RequestUnlock(door, GUARD, self.stage.now), GUARD)
        return " ".join(reason.message() for no in answer.refusals for reason in no.reasons)

    def _acknowledge(self, code: int, remark: str) -> None:
        for shown in self.stage.site.query(alarm_center.page).alarms:
            if shown.row.code == code:
                asked = AcknowledgeAlarm(shown.row.id, remark, GUARD, self.stage.now)
                self.stage.ask(asked, GUARD)

    def _shuffled(self, people: Iterable[Person]) -> list[Person]:
        them = list(people)
        self._chance.shuffle(them)
        return them
