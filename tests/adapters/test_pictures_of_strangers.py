"""Nothing stays of somebody whose picture was taken, and who was never enrolled after all."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from cvsec_adapters.desk import people
from cvsec_adapters.desk.people import Details
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.desk.visits import Upload, WalkIn, register
from cvsec_adapters.storage.keys import pictures_path, vault_path
from cvsec_adapters.wiring import desk_of
from cvsec_core.ids import PersonId
from cvsec_core.site import Site
from tests.core.places import Watch
from tests.properties.a_life import opened, picture

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
DOCUMENT = ("id-number", "X1234567")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A site with a host."""
    path = tmp_path / "site.db"
    with opened(path, Watch()) as site:
        people.enroll(site, "1001", Details("Host", "One"), by="desk")
    return path


def comes(site: Site) -> None:
    """A visitor, of whom there is a photo, comes to the host."""
    now = site.clock()
    who = Visitor("Guest", "One", DOCUMENT[1])
    photo = Upload(picture(), "image/png")
    wish = WalkIn(who, "1001", now, now + timedelta(hours=1), "meeting", {"photo": photo})
    register(desk_of(site), wish, by="desk").or_raise()


def killed_on_the_way(path: Path) -> None:
    """A process puts the picture, and ends before the visit is stored."""
    done = subprocess.run([sys.executable, __file__, path], env=ENVIRONMENT, check=False)
    assert done.returncode == -signal.SIGKILL


def kept(path: Path) -> list[tuple[str, str]]:
    """Whose pictures there are, and what they are called."""
    with closing(sqlite3.connect(pictures_path(path))) as connection:
        return connection.execute("SELECT subject, name FROM pictures").fetchall()


def an_hour_later(path: Path) -> None:
    """The pictures are older than they were."""
    with closing(sqlite3.connect(pictures_path(path))) as connection:
        connection.execute("UPDATE pictures SET put_at = put_at - 3601")
        connection.commit()


def names_of(path: Path, subject: str) -> int:
    with closing(sqlite3.connect(vault_path(path))) as connection:
        found = connection.execute("SELECT count(*) FROM names WHERE id = ?", (subject,))
        return found.fetchone()[0]


def test_of_who_was_never_enrolled_nothing_stays_once_it_is_clear(path: Path):
    killed_on_the_way(path)
    ((stranger, _),) = kept(path)
    with opened(path, Watch()):
        assert len(kept(path)) == 1  # perhaps another process is about to enroll them
    an_hour_later(path)
    with opened(path, Watch()) as site:
        assert kept(path) == []
        assert names_of(path, stranger) == 0
        assert desk_of(site).vault.destroyed(stranger)
        comes(site)
        ((visitor, _),) = kept(path)
        assert visitor != stranger
        assert site.pseudonyms.known((DOCUMENT,)) == {DOCUMENT: visitor}


def test_pictures_of_who_was_enrolled_stay(path: Path):
    with opened(path, Watch()) as site:
        comes(site)
    ((visitor, name),) = kept(path)
    an_hour_later(path)
    for _ in range(2):
        with opened(path, Watch()) as site:
            assert desk_of(site).pictures.get(visitor, name) is not None
            assert people.row(site, "1001").first_name == "Host"


def test_who_comes_again_after_a_crash_is_not_taken_for_it(path: Path):
    killed_on_the_way(path)
    an_hour_later(path)
    with opened(path, Watch()) as site:  # this start is what clears up
        assert kept(path) == []
    killed_on_the_way(path)
    with opened(path, Watch()) as site:
        comes(site)
        ((visitor, _),) = kept(path)
    an_hour_later(path)
    with opened(path, Watch()) as site:
        assert desk_of(site).pictures.names(PersonId(visitor))
        assert not desk_of(site).vault.destroyed(visitor)


if __name__ == "__main__":
    with opened(Path(sys.argv[1]), Watch()) as opened_site:
        Site.handle_all = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)  # pyright: ignore[reportAttributeAccessIssue]
        comes(opened_site)
