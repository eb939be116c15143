"""The rows about people: decisions at doors, redemptions, imports, and forgetting."""

from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from cvsec_adapters.desk.forgetting import forget
from cvsec_adapters.desk.importing import import_people
from cvsec_adapters.wiring import desk_of
from cvsec_core import Site
from cvsec_core.projections import directory
from cvsec_core.rules.access import Facts, decide_access
from tests.bench import bare, contest, crowd, events, ours, stock_people
from tests.bench.measuring import Peer, Timings, interleaved, timed
from tests.bench.rows import Row, Scale, made, row_of


def _decision(scale: Scale, base: Path) -> Iterator[Row]:
    facts = crowd.at_doors()
    taken = interleaved(base, 1, {"ours": partial(_decided, facts, scale.decisions)})
    granted = sum(decide_access(one).granted for one in facts)
    note = f"{granted} of {len(facts)} granted; facts in hand"
    yield row_of("access-decision", "µs", taken, note=note)


def _decided(facts: tuple[Facts, ...], times: int, _folder: Path) -> list[float]:
    return timed(partial(decide_access, one) for one in islice(cycle(facts), times))


def _redeem(scale: Scale, base: Path) -> Iterator[Row]:
    """Each of several processes scans every invitation, all of them in the same order."""
    for name, count in (("redeem-one", 1), ("redeem-many", scale.invitations)):
        prepared = {peer: made(base, f"{name}-{peer}") for peer in contest.PEERS}
        for peer, folder in prepared.items():
            contest.prepare(peer, folder, count)
        each = scale.scans if count == 1 else 1
        took: list[float] = []
        peers: dict[str, Peer] = {
            peer: partial(_held, contest.Contest(peer, folder, count * each, scale.processes), took)
            for peer, folder in prepared.items()
        }
        taken = interleaved(base, scale.contests, peers)
        note = f"{scale.processes} processes at {count} of them, each admitted exactly once"
        yield row_of(name, "scans/s", taken, note=note, latencies=Timings((tuple(took),)))


def _held(planned: contest.Contest, took: list[float], folder: Path) -> list[float]:
    """How long a scan took with all processes at it. How long each of ours took goes to *took*."""
    found = planned.held(folder)
    if planned.peer == "ours":
        took += found.seconds
    return [found.wall / len(found.seconds)] * len(found.seconds)


def _imported(scale: Scale, base: Path) -> Iterator[Row]:
    content = crowd.table(scale.people)
    once = made(base, "imported-once")
    with ours.opened(once) as site:
        _import(site, content)
    batch = bare.rows_after(once, 0)
    peers: dict[str, Peer] = {
        "ours": partial(_imports, content),
        "stock": partial(stock_people.import_people, content),
        "bare": partial(bare.append, [batch]),
    }
    taken = interleaved(base, scale.imports, peers)
    note = f"{scale.people:,} of them with a card, at rest; the peers check and encrypt nothing"
    yield row_of("import-people", "people/s", taken, scale.people, note=note)


def _imports(content: bytes, folder: Path) -> list[float]:
    with ours.opened(folder, privacy=ours.AT_REST) as site:
        return timed([partial(_import, site, content)])


def _import(site: Site, content: bytes) -> None:
    found = import_people(site, content, by=events.SOMEBODY)
    assert found.enrolled == found.cards == found.rows


def _forgotten(scale: Scale, base: Path) -> Iterator[Row]:
    folder = made(base, "known")
    with ours.opened(folder, durability="normal", privacy=ours.AT_REST) as site:
        _import(site, crowd.table(scale.known))
        site.drain()
    step = scale.known // scale.forgotten
    with ours.opened(folder, privacy=ours.AT_REST) as site:
        desk = desk_of(site)
        numbers = (crowd.number(at) for at in range(0, step * scale.forgotten, step))
        taken = timed(partial(forget, desk, number, by=events.SOMEBODY) for number in numbers)
        assert site.query(directory.count) == scale.known - scale.forgotten
    note = f"of {scale.known:,} people, at rest, with its proof"
    yield row_of("forget", "ms", {"ours": Timings((tuple(taken),))}, note=note)


MEASURES = (_decision, _redeem, _imported, _forgotten)
