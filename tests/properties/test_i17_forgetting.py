"""I17: forgetting somebody leaves none of their data anywhere; streams fold, and counts stand."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cvsec_adapters.desk import people, visits
from cvsec_adapters.desk.forgetting import forget, proof
from cvsec_adapters.desk.mailing import send_due
from cvsec_adapters.desk.people import Details
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.desk.visits import WalkIn
from cvsec_adapters.email.outbox import MemoryMailer
from cvsec_adapters.storage.keys import vault_path
from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.storage.vault import SqliteVault
from cvsec_adapters.storage.views import SqliteViews
from cvsec_adapters.wiring import desk_of, rebuild
from cvsec_core.aggregates import invitation, person, visit
from cvsec_core.aggregates.person import PersonUnknownError
from cvsec_core.catalogue import AGGREGATES
from cvsec_core.commit import fold_all
from cvsec_core.ids import InvitationId, VisitId
from cvsec_core.projections import (
    access_records,
    directory,
    invitations,
    notification_center,
    visitor_list,
)
from cvsec_core.site import Site
from tests.core.places import Watch, after
from tests.properties.a_life import (
    CHILD,
    GUEST_MAIL,
    HOST,
    HOST_CARD,
    OF_GUEST,
    OF_HOST,
    OTHER,
    guest_number,
    live,
    opened,
    passes_late,
    picture,
    traces,
)

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A site where everything has happened, closed."""
    (tmp_path / "site").mkdir()
    path, watch = tmp_path / "site" / "site.db", Watch()
    with opened(path, watch) as site:
        live(site, watch)
    return path


def forget_both(site: Site) -> None:
    desk = desk_of(site)
    for number in (guest_number(site), HOST):
        assert forget(desk, number, by="officer").left.is_nothing


def nothing_is_left(path: Path) -> None:
    found = traces(path.parent, (*OF_HOST, *OF_GUEST, HOST_CARD))
    assert found == []


def test_i17_before_they_are_forgotten_the_lists_tell_of_them(path: Path):
    found = {word.partition(" (")[0] for word in traces(path.parent, (*OF_HOST, *OF_GUEST))}
    assert {HOST, "Zebuloñia", "Quuxworth", GUEST_MAIL, "Ocarina audition"} <= found


def test_i17_the_log_the_vault_and_the_pictures_tell_nothing_even_before(
    path: Path, tmp_path: Path
):
    (tmp_path / "apart").mkdir()
    for file in ("site.db", "site.vault.db", "site.pictures.db"):
        shutil.copy(path.with_name(file), tmp_path / "apart")
    assert traces(tmp_path / "apart", (*OF_HOST, *OF_GUEST)) == []
    assert picture() not in path.with_name("site.pictures.db").read_bytes()


def test_i17_nothing_of_them_is_left_in_any_file(path: Path):
    with opened(path) as site:
        forget_both(site)
        nothing_is_left(path)  # with the write-ahead logs, while the site is open
        site.drain()
        nothing_is_left(path)
    nothing_is_left(path)
    with opened(path) as site:
        rebuild(site, lambda *_: None)
        nothing_is_left(path)


def test_i17_one_is_forgotten_and_the_others_are_not(path: Path):
    with opened(path) as site:
        forget(desk_of(site), guest_number(site), by="officer")
        assert traces(path.parent, OF_GUEST) == []
        assert people.row(site, HOST).first_name == "Zebuloñia"
        assert people.row(site, OTHER).first_name == "Host"
        assert site.query(directory.cards, (site.person(HOST),)) == {
            site.person(HOST): (HOST_CARD,)
        }


def test_i17_streams_fold_and_counts_stand(path: Path):
    with opened(path) as site:
        before, streams = counts(site), site.log.streams_after(0)
        head = site.log.head()
        forget_both(site)
        assert counts(site) == before
        assert site.log.head() > head
        kinds = {aggregate.kind: aggregate for aggregate in AGGREGATES}
        folded = fold_all(kinds, streams, site.log.read_many(streams))
        assert {stream: state for stream, (_, state) in folded.items()} == {
            stream: site.state(stream) for stream in streams
        }


def counts(site: Site) -> tuple[int, ...]:
    return (
        site.query(lambda views: views.count(visitor_list.VisitRow)),
        site.query(lambda views: views.count(invitations.InvitationRow)),
        site.query(lambda views: views.count(access_records.RecordRow)),
        site.query(visitor_list.overview, site.today()).not_checked_out,
    )


def test_i17_a_child_is_forgotten_and_the_guardian_is_told_no_more_of_them(path: Path):
    with opened(path) as site:
        guardian, child = site.person(HOST), site.person(CHILD)
        told = site.query(notification_center.messages, guardian)
        assert child in {message.about for message in told}
        proof = forget(desk_of(site), CHILD, by="officer")
        assert proof.left.is_nothing
        told = site.query(notification_center.messages, guardian)
        assert {message.about for message in told} == {guardian}
        row = people.row(site, HOST)
        assert row.wards == ()
        assert traces(path.parent, (CHILD, "Pupil")) == []


def test_i17_what_was_arranged_with_them_ends(path: Path):
    with opened(path) as site:
        guest = site.person(guest_number(site))
        forget_both(site)
        assert site.query(invitations.open_of, guest) == []
        assert isinstance(site.state(visit.stream(VisitId("later"))), visit.Cancelled)
        here: visit.CheckedIn = site.state(visit.stream(VisitId("here")))
        assert here.plan.visitor == guest  # who is inside is counted until they leave
        site.handle(visit.CheckOut(VisitId("here"), "desk", site.clock())).or_raise()


def test_i17_no_letter_goes_to_them_any_more(path: Path):
    watch = Watch(after(3600))
    with opened(path, watch) as site:
        forget_both(site)
        mailer = MemoryMailer()
        send_due(desk_of(site), mailer)
        assert mailer.letters == []


def test_i17_the_proof_can_be_checked_again(path: Path):
    with opened(path) as site:
        given = forget(desk_of(site), HOST, by="officer")
        assert given.keys == 4  # theirs, and those of card, PIN and code
        assert (given.kept.passages, given.by) == (2, "officer")
    with opened(path) as site:
        assert proof(desk_of(site), given.position) == given


def test_i17_an_older_log_shows_nothing_of_them(path: Path, tmp_path: Path):
    shutil.copy(path, tmp_path / "older")
    with opened(path) as site:
        forget_both(site)
    (tmp_path / "older").replace(path)
    with opened(path) as site:
        assert site.query(directory.people, search="zebu") == []
        site.drain()
        nothing_is_left(path)


def test_i17_an_older_vault_shows_nothing_of_them(path: Path, tmp_path: Path):
    shutil.copy(vault_path(path), tmp_path / "older")
    with opened(path) as site:
        forget_both(site)
        position = site.log.head()
    (tmp_path / "older").replace(vault_path(path))
    with opened(path) as site:
        with pytest.raises(PersonUnknownError):
            site.person(HOST)
        rows = site.query(directory.forgotten)
        assert [proof(desk_of(site), row.position).left.is_nothing for row in rows] == [True, True]
        rebuild(site, lambda *_: None)
        nothing_is_left(path)
        assert site.log.head() == position


def test_i17_what_devices_tell_late_is_not_kept(path: Path):
    with opened(path) as site:
        forget_both(site)
        passes_late(site, HOST, HOST_CARD, 20)
        late = site.query(access_records.page).records[:2]
        assert [(record.person, record.card, record.holder) for record in late] == [
            (None, None, None)
        ] * 2
        site.drain()
        nothing_is_left(path)


def test_i17_the_same_number_begins_anew(path: Path):
    with opened(path) as site:
        before = site.person(HOST)
        forget_both(site)
        people.enroll(site, HOST, Details("Somebody", "Else"), by="desk", card=HOST_CARD)
        anew = site.person(HOST)
        assert anew != before
        state: person.Enrolled = site.state(person.stream(anew))
        assert (state.levels, state.guardians, state.password) == (frozenset(), frozenset(), None)
        seen = site.query(access_records.page, access_records.Filter(person=HOST))
        assert seen.records == ()
        assert len(site.log.read(person.stream(anew))) == 1


def test_i17_the_same_address_begins_anew(path: Path):
    with opened(path) as site:
        before = site.person(guest_number(site))
        forget_both(site)
        wish = WalkIn(
            Visitor("Somebody", "Else", "XK90417Z", GUEST_MAIL),
            OTHER,
            site.clock(),
            after(60),
            "meeting",
        )
        visits.register(desk_of(site), wish, by="desk").or_raise()
        anew = site.person(guest_number(site))
        assert anew != before
        assert [row.visitor for row in site.query(visitor_list.expected, anew)] == [anew]
        assert site.query(invitations.open_of, anew) == []


def test_i17_another_process_does_not_know_them_any_more(path: Path):
    with started("watch", path) as watcher:
        assert said_by(watcher) == "Zebuloñia Ocarina audition\n"
        with opened(path) as site:
            forget_both(site)
        assert said_by(watcher, asked="again\n") == "nobody None\n"
        nothing_is_left(path)
        assert watcher.communicate("end\n")[0] == ""
        assert watcher.returncode == 0
    nothing_is_left(path)


def started(what: str, path: Path, *more: str) -> subprocess.Popen[str]:
    """Another process that has the site open."""
    return subprocess.Popen(
        [sys.executable, __file__, what, path, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


def said_by(other: subprocess.Popen[str], asked: str = "") -> str:
    """What it says next."""
    assert other.stdin
    assert other.stdout
    other.stdin.write(asked)
    other.stdin.flush()
    return other.stdout.readline()


def test_i17_no_state_that_was_at_hand_tells_of_them(path: Path):
    def known(site: Site) -> tuple[str | None, str | None]:
        state: invitation.Redeemed = site.state(invitation.stream(InvitationId("first")))
        return state.issued.reason, state.issued.remarks

    with opened(path) as site, opened(path) as other:
        assert known(site) == known(other) == ("Ocarina audition", "brings a Bandoneon")
        forget_both(site)
        assert known(site) == known(other) == (None, None)


def test_i17_forgetting_while_others_write_and_read(path: Path):
    with started("pass", path, "1000") as one, started("pass", path, "2000") as other:
        assert (said_by(one), said_by(other)) == ("begun\n", "begun\n")
        with opened(path) as site:
            forget_both(site)
            assert (one.wait(60), other.wait(60)) == (0, 0)
            site.drain()
            nothing_is_left(path)
            assert site.query(access_records.page).records[0].index > 1000


def test_i17_what_is_told_between_the_event_and_the_end_of_the_keys_is_not_shown(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    destroy = SqliteVault.destroy
    seen = list[str]()

    with opened(path) as site, opened(path) as other:

        def slowly(vault: SqliteVault, *subjects: str) -> None:
            passes_late(other, HOST, HOST_CARD, 40)
            other.drain()
            seen.extend(traces(path.parent, (HOST,)))
            destroy(vault, *subjects)

        monkeypatch.setattr(SqliteVault, "destroy", slowly)
        forget(desk_of(site), HOST, by="officer")
        assert seen
        assert traces(path.parent, OF_HOST) == []
        rebuild(other, lambda *_: None)
        assert traces(path.parent, OF_HOST) == []


@pytest.mark.parametrize("step", ["before the keys", "between the keys", "before the views"])
def test_i17_a_crash_on_the_way_is_made_good_at_the_next_start(path: Path, step: str):
    with started("die", path, step) as killed:
        pass
    assert killed.returncode == -signal.SIGKILL
    with opened(path) as site:
        assert traces(path.parent, OF_HOST) == []
        (row,) = site.query(directory.forgotten)
        assert proof(desk_of(site), row.position).left.is_nothing


# What the other processes do.
def watch(path: Path) -> None:
    """Say what is known, and once more whenever somebody asks."""
    with opened(path) as site:
        who = site.person(HOST)
        while True:
            row = site.query(directory.one, who)
            state: invitation.Redeemed = site.state(invitation.stream(InvitationId("first")))
            print(row.first_name if row else "nobody", state.issued.reason, flush=True)  # noqa: T201  # to who started it
            if sys.stdin.readline() != "again\n":
                return


def let_pass(path: Path, first: int) -> None:
    """A device tells of the same person again and again, and somebody looks at the lists."""
    with opened(path) as site:
        print("begun", flush=True)  # noqa: T201  # to who started it
        for index in range(first, first + 120, 2):
            passes_late(site, HOST, HOST_CARD, index)
            site.query(access_records.page)


def die(path: Path, step: str) -> None:
    """Be killed while somebody is forgotten."""
    place, name = {
        "before the keys": (SqliteVault, "destroy"),
        "between the keys": (PictureStore, "forget"),
        "before the views": (SqliteViews, "repeat"),
    }[step]
    with opened(path) as site:
        setattr(place, name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        forget(desk_of(site), HOST, by="officer")


if __name__ == "__main__":
    what, where, *more = sys.argv[1:]
    match what:
        case "watch":
            watch(Path(where))
        case "pass":
            let_pass(Path(where), int(more[0]))
        case _:
            die(Path(where), more[0])
