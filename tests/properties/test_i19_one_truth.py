"""I19: what is folded in memory is what is folded from the store; views that were kept step by step
are views that were rebuilt."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import settings
from hypothesis.stateful import invariant, rule

from cvsec_adapters.wiring import open_site, rebuild
from cvsec_core.catalogue import AGGREGATES, PROJECTIONS, RULES
from cvsec_core.handling import Handler
from cvsec_core.site import Site
from tests.properties.bare_rows import BareRows
from tests.properties.guardhouse import Guardhouse
from tests.properties.rows_of import all_rows


class OneTruth(Guardhouse):
    def __init__(self) -> None:
        super().__init__()
        self.bare = BareRows()
        self.projected = 0
        self.seen: list[tuple[object, dict[str, object]]] = []

    @invariant()
    def the_state_in_memory_is_the_state_in_the_store(self) -> None:
        fresh = Handler(self.site.log, AGGREGATES, RULES, lambda: self.now, cached=3)
        past = self.site.as_of(self.now)
        for stream in self.streams():
            kept = self.site.state(stream)
            assert fresh.state(stream) == kept
            assert past.state(stream) == kept

    @invariant()
    def the_views_that_are_kept_are_what_each_event_made_of_them(self) -> None:
        for recorded in self.site.log.read_all(self.projected, 100_000):
            self.bare.project(PROJECTIONS, recorded)
            self.projected = recorded.position
        assert self.site.query(all_rows) == self.bare.all_rows(PROJECTIONS)

    @rule()
    def rebuild_all(self) -> None:
        before = self.site.query(all_rows)
        rebuild(self.site, lambda *_: None)
        assert self.site.query(all_rows) == before

    @rule()
    def remember(self) -> None:
        """What is known now is what was known then, later on."""
        states = {stream: self.site.state(stream) for stream in self.streams()}
        self.seen.append((self.site.as_of(self.now), states))

    def teardown(self) -> None:
        try:
            for moment, states in self.seen:
                assert {stream: moment.state(stream) for stream in states} == states
        finally:
            super().teardown()

    def streams(self) -> list[str]:
        """Every stream that there is."""
        return list(dict.fromkeys(r.stream for r in self.site.log.read_all(0, 100_000)))


class OneTruthInFiles(OneTruth):
    """The same over SQLite files, which are closed and opened again in between."""

    def open(self) -> Site:
        self.folder = Path(mkdtemp(prefix="cvsec-"))
        return open_site(self.folder / "site.db", durability="normal", clock=lambda: self.now)

    @rule()
    def close_and_open_again(self) -> None:
        before = self.site.query(all_rows)
        self.site.close()
        self.site = open_site(self.folder / "site.db", durability="normal", clock=lambda: self.now)
        self.seen.clear()
        assert self.site.query(all_rows) == before

    def teardown(self) -> None:
        super().teardown()
        shutil.rmtree(self.folder)


test_i19_memory_and_store_hold_one_truth = OneTruth.TestCase
test_i19_memory_and_files_hold_one_truth = OneTruthInFiles.TestCase
OneTruth.TestCase.settings = settings(max_examples=30)
OneTruthInFiles.TestCase.settings = settings(max_examples=6)
