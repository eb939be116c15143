from datetime import timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_core import vocabulary
from cvsec_core.projections import access_records, device_journals
from tests.features.site import World

scenarios("access_records.feature")


@given(parsers.parse("card {card} entered at the {place:w} door"))
@when(parsers.parse("card {card} enters at the {place:w} door"))
def enters(site: World, card: str, place: str):
    site.pass_time(timedelta(seconds=1))
    site.records(place, 0, card)


@given(
    parsers.parse("the clock of the device at the {place:w} door was {seconds:d} seconds behind")
)
def clock_behind(site: World, place: str, seconds: int):
    site.behind = timedelta(seconds=seconds)


@when(
    parsers.parse("the device of the {place:w} door reports something of the unknown kind {code:d}")
)
def unknown_kind(site: World, place: str, code: int):
    site.records(place, code)


@when(parsers.parse("the device of the {place:w} door sends the same record again"))
def repeats(site: World, place: str):
    site.pass_time(timedelta(seconds=9))
    site.do(site.sent)


@given(parsers.parse("the device of the {place:w} door started anew"))
def started_anew(site: World, place: str):
    site.numbers[place] = 0
    site.records(place, vocabulary.DEVICE_STARTED)


@given(parsers.parse("the device of the {place:w} door skipped a record"))
def skipped(site: World, place: str):
    site.skip(place)


@when(parsers.parse("the device of the {place:w} door sends the skipped record of card {card}"))
def sends_skipped(site: World, place: str, card: str):
    site.behind = timedelta(microseconds=500)
    site.record(place, site.skipped, 0, card)


@when(
    parsers.parse(
        "the device of the {place:w} door sends the skipped record that the door was forced"
    )
)
def sends_skipped_forced(site: World, place: str):
    site.record(place, site.skipped, vocabulary.FORCED_OPEN)


@then(parsers.parse("the records show the cards {cards}"))
def cards_shown(site: World, cards: str):
    assert shown(site) == cards


@then(parsers.parse("the records of the {place:w} door show the cards {cards}"))
def cards_of_door(site: World, place: str, cards: str):
    assert shown(site, access_records.Filter(door=site.door(place))) == cards


@then(parsers.parse("the records of the last {minutes:d} minutes show the cards {cards}"))
def cards_of_time(site: World, minutes: int, cards: str):
    start = site.now - timedelta(minutes=minutes)
    assert shown(site, access_records.Filter(start=start)) == cards


@then(parsers.parse("the records by time show the cards {cards}"))
def cards_by_time(site: World, cards: str):
    assert shown(site, access_records.Filter(start=site.now - timedelta(days=1))) == cards


@then(
    parsers.parse("the newest record names card {card}, the {place:w} door and the direction {way}")
)
def record_names(site: World, card: str, place: str, way: str):
    row = site.newest()
    assert (row.card, row.door, row.direction) == (card, site.door(place), way)


@then(parsers.parse("the newest record was verified by {means}"))
def verified_by(site: World, means: str):
    assert site.newest().verify == means


@then(parsers.parse("the newest record was received {seconds:d} seconds after it happened"))
def received_after(site: World, seconds: int):
    row = site.newest()
    assert row.received_at - row.occurred_at == timedelta(seconds=seconds)


@then(parsers.parse('the newest record reads "{text}"'))
def record_reads(site: World, text: str):
    assert site.newest().meaning.named() == text


@then("the newest record is marked as late")
def marked_late(site: World):
    assert site.newest().late


@then(parsers.re(r"(?P<number>\d) records? of the (?P<place>\w+) device (is|are) missing"))
def missing(site: World, number: str, place: str):
    gaps = site.site.query(device_journals.gaps, site.device(place))
    assert sum(gap.missing for gap in gaps) == int(number)


@then(parsers.parse("the device of the {place:w} door is asked for the records {numbers}"))
def asked_for_missing(site: World, place: str, numbers: str):
    asked = [n for row in site.orders(place) for n in range(row.first, row.last + 1)]
    assert ", ".join(map(str, asked)) == numbers


def shown(site: World, wanted: access_records.Filter | None = None) -> str:
    rows = site.site.query(access_records.page, wanted).records
    return ", ".join(row.card or "none" for row in rows)
