"""I15: the actor is the authenticated principal; on whose behalf is another field."""

from typing import Any

import pytest
from attrs import evolve as changed, fields
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import invariant, rule

from cvsec_adapters.wiring import memory_site
from cvsec_core.aggregates import alarm, door, lockdown_group
from cvsec_core.catalogue import AGGREGATES
from cvsec_core.errors import ActorMismatchError, CommandError, InvalidFieldError
from cvsec_core.handling import SYSTEM, Answer
from tests.properties.guardhouse import Guardhouse, doors, groups, people
from tests.strategies import COMMANDS, PEOPLE, START


class Actors(Guardhouse):
    def learn(self, answer: Answer) -> None:
        super().learn(answer)
        first, *others = answer.events or [None]
        if first is not None:
            by = getattr(first.event, "by", None) or SYSTEM
            assert first.meta.actor == by
            assert {r.meta.actor for r in others} <= {first.meta.actor}

    @rule(name=doors, group=groups, actor=people, by=people, other=st.sampled_from((None, *PEOPLE)))
    def somebody_signed_in_asks(
        self, name: str, group: str, actor: str, by: str, other: str | None
    ) -> None:
        for command in (
            door.RequestUnlock(name, by, self.now, 5, other),
            lockdown_group.ActivateLockdown(group, by, self.now, on_behalf_of=other),
            lockdown_group.CancelLockdown(group, by, self.now, other),
        ):
            head = self.site.log.head()
            try:
                answer = self.site.handle(command, actor=actor)
            except ActorMismatchError as error:
                assert actor != by
                assert (error.actor, error.by) == (actor, by)  # noqa: PT017  # or none is raised
                assert self.site.log.head() == head
            except CommandError:
                assert actor == by
            else:
                assert actor == by
                self.learn(answer)

    @invariant()
    def what_is_acknowledged_says_by_whom(self) -> None:
        for recorded in self.heard:
            if isinstance(recorded.event, alarm.AlarmAcknowledged):
                assert recorded.event.by == recorded.meta.actor
                assert recorded.event.remark.strip()


test_i15_the_actor_is_who_is_signed_in = Actors.TestCase


SIGNED = [
    command
    for aggregate in AGGREGATES
    for command in aggregate.commands
    if "by" in {f.name for f in fields(command)}
]
"""Every command that names its author."""


@pytest.mark.parametrize("command", SIGNED, ids=lambda c: c.__name__)
@settings(max_examples=5)
@given(data=st.data())
def test_i15_nobody_commands_in_anothers_name(command: type, data: st.DataObject):
    wish: Any = data.draw(COMMANDS[command])
    with memory_site(lambda: START) as site:
        with pytest.raises(ActorMismatchError):
            site.handle(wish, actor="somebody else")
        with pytest.raises(InvalidFieldError):
            site.handle(changed(wish, by=" "))
        assert site.log.head() == 0
