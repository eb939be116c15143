"""I11: an invitation admits once, however often and from wherever it is shown; every further scan
is a refusal that is kept.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cvsec_adapters.wiring import memory_site, open_site, rebuild
from cvsec_core.aggregates import invitation, person, visit
from cvsec_core.errors import CommandError
from cvsec_core.ids import InvitationId, VisitId
from cvsec_core.projections import invitations, visitor_list
from cvsec_core.rules.visiting import NoLongerKnown, VisitorBlocked
from cvsec_core.site import Site
from tests.core.guests import (
    GUEST,
    HOST,
    INVITATION,
    MAIL,
    NONCE,
    VISIT,
    enroll,
    forget,
    invite,
    scan,
)
from tests.core.places import NOON, after

ROOT = Path(__file__).parents[2]
OTHER = InvitationId("i-2")
names = st.sampled_from((INVITATION, INVITATION, OTHER))
USED = (invitation.InvitationUsed(),)


def invited(site: Site) -> Site:
    """The guest has two invitations of the host."""
    for command in (MAIL, enroll(HOST), enroll(GUEST), invite(), invite(OTHER)):
        site.handle(command).or_raise()
    return site


class Gate(RuleBasedStateMachine):
    """The model: for each invitation one word, and whether the guest may come at all."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.scans = NOON, 0
        self.site = invited(memory_site(lambda: self.now))
        self.stands = {INVITATION: "open", OTHER: "open"}
        self.blocked = self.forgotten = False
        self.kept: list[tuple[str, tuple[Any, ...]]] = []
        """What came of each scan, as it was answered."""

    def teardown(self) -> None:
        self.site.close()

    @rule(seconds=st.sampled_from((0, 1, 600, 3600)))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def tick(self) -> None:
        self.site.tick(self.now)
        if self.now >= after(3600):
            for name, stands in self.stands.items():
                self.stands[name] = "expired" if stands == "open" else stands

    @rule(name=names)
    def withdraw(self, name: InvitationId) -> None:
        try:
            self.site.handle(invitation.WithdrawInvitation(name, "host", self.now))
        except invitation.InvitationClosedError:
            assert self.stands[name] in ("redeemed", "expired")
        else:
            assert self.stands[name] in ("open", "withdrawn")
            self.stands[name] = "withdrawn"

    @rule(blocked=st.booleans())
    def block(self, blocked: bool) -> None:
        change = (
            person.BlockPerson(GUEST, "threats", "desk", self.now)
            if blocked
            else person.UnblockPerson(GUEST, "desk", self.now)
        )
        try:
            self.site.handle(change)
        except person.PersonForgottenError:
            assert self.forgotten
        else:
            self.blocked = blocked

    @rule(really=st.integers(0, 9))
    def forget(self, really: int) -> None:
        if not really:
            self.site.handle(forget(GUEST, at=self.now))
            self.forgotten = True

    @rule(name=names, genuine=st.sampled_from((True, True, True, False)))
    def show(self, name: InvitationId, genuine: bool) -> None:
        self.scans += 1
        code = NONCE if genuine else "guessed"
        wish = invitation.RedeemInvitation(name, VisitId(f"v-{self.scans}"), code, self.now)
        before = self.stands[name]
        expected = tuple(self.against(before, genuine=genuine))
        events = [r.event for r in self.site.handle(wish, command_id=f"s-{self.scans}").events]
        first, *rest = events
        if expected:
            assert first == invitation.RedemptionRefused(name, expected, self.now)
            assert rest == []
        else:
            assert isinstance(first, invitation.InvitationRedeemed)
            (registered,) = rest
            assert isinstance(registered, visit.VisitRegistered)
            self.stands[name] = "redeemed"
        self.kept.append((name, expected))

    def against(self, stands: str, *, genuine: bool) -> Iterator[Any]:
        if not genuine:
            yield invitation.InvitationForged()
        if stands == "redeemed":
            yield invitation.InvitationUsed()
        if stands == "withdrawn":
            yield invitation.InvitationTakenBack()
        if stands == "expired" or self.now >= after(3600):
            yield invitation.InvitationOver()
        if self.blocked and not self.forgotten:
            yield VisitorBlocked()
        if self.forgotten:
            yield NoLongerKnown()

    @rule(data=st.data())
    def send_a_scan_again(self, data: st.DataObject) -> None:
        """Under its old command id, it is answered as the first time."""
        if self.scans:
            number = data.draw(st.integers(1, self.scans))
            name, _ = self.kept[number - 1]
            wish = invitation.RedeemInvitation(name, VisitId(f"v-{number}"), NONCE, self.now)
            head = self.site.log.head()
            self.site.handle(wish, command_id=f"s-{number}")
            assert self.site.log.head() == head

    @rule()
    def make_the_views_again(self) -> None:
        head = self.site.log.head()
        rebuild(self.site, lambda *_: None)
        assert self.site.log.head() == head

    @invariant()
    def every_scan_is_kept_and_one_admits(self) -> None:
        events = [r.event for r in self.site.log.read_all(0, self.site.log.head())]
        redeemed = [e.invitation for e in events if isinstance(e, invitation.InvitationRedeemed)]
        refused = [e for e in events if isinstance(e, invitation.RedemptionRefused)]
        assert len(redeemed) == len(set(redeemed))
        assert set(redeemed) == {n for n, stands in self.stands.items() if stands == "redeemed"}
        assert len(redeemed) + len(refused) == self.scans

    @invariant()
    def the_list_says_the_same(self) -> None:
        for name, stands in self.stands.items():
            shown = self.site.query(invitations.one, name)
            assert shown is not None
            assert shown.row.state == stands
        came_of_it = [item.row.invitation for item in self.site.query(visitor_list.page)]
        assert sorted(filter(None, came_of_it)) == sorted(
            name for name, stands in self.stands.items() if stands == "redeemed"
        )


test_i11_an_invitation_is_redeemed_once = Gate.TestCase


def check_once(path: Path, scans: int) -> None:
    """Exactly one of so many scans at the same time admitted, and the others are kept."""
    with open_site(path) as site:
        recorded = site.log.read_all(0, site.log.head())
        mine = [r.event for r in recorded if r.stream == invitation.stream(INVITATION)]
        redeemed = [e for e in mine if isinstance(e, invitation.InvitationRedeemed)]
        refused = [e for e in mine if isinstance(e, invitation.RedemptionRefused)]
        assert len(redeemed) == 1
        assert [e.reasons for e in refused] == [USED] * (scans - 1)
        (row,) = site.query(visitor_list.page)
        assert row.row.id == redeemed[0].visit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "site.db"
    with open_site(path, clock=lambda: NOON) as site:
        invited(site)
    return path


@pytest.mark.parametrize("sites", [1, 4])
def test_i11_of_many_threads_one_admits(path: Path, sites: int):
    """On one site that they share, and on sites of their own over the same file."""
    threads, each = 12, 4
    start = Barrier(threads)
    with ExitStack() as stack:
        opened = [stack.enter_context(open_site(path, clock=lambda: NOON)) for _ in range(sites)]

        def show(number: int) -> list[str]:
            site, told = opened[number % sites], list[str]()
            start.wait()
            for time in range(each):
                answer = site.handle(scan(to=f"v-{number}-{time}"))
                told.append(type(answer.events[0].event).__name__)
            return told

        with ThreadPoolExecutor(threads) as pool:
            told = [name for names in pool.map(show, range(threads)) for name in names]
    assert sorted(told) == ["InvitationRedeemed", *["RedemptionRefused"] * (threads * each - 1)]
    check_once(path, threads * each)


WORKER = """
import sys
from cvsec_adapters.wiring import open_site
from tests.core.guests import scan
from tests.core.places import NOON

path, name, scans = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open_site(path, clock=lambda: NOON) as site:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(scans):
        answer = site.handle(scan(to=f"v-{name}-{number}"))
        print(type(answer.events[0].event).__name__, flush=True)
"""


def test_i11_of_many_processes_one_admits(path: Path):
    each = 8
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path), str(number), str(each)],
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("now\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4, said
    told = [line for out, _ in said for line in out.split()]
    assert sorted(told) == ["InvitationRedeemed", *["RedemptionRefused"] * (4 * each - 1)]
    check_once(path, 4 * each)


def test_i11_a_scan_that_cannot_become_a_visit_uses_nothing_up():
    with invited(memory_site(lambda: NOON)) as site:
        site.handle(scan(name=OTHER))
        with pytest.raises(CommandError):
            site.handle(scan(to=VISIT))
        answer = site.handle(scan(to="v-2"))
        assert isinstance(answer.events[0].event, invitation.InvitationRedeemed)
