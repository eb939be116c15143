"""Everything about one person is handed out, nothing about others, and that it was is recorded."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cvsec_adapters.desk.exporting import export
from cvsec_adapters.desk.forgetting import forget
from cvsec_adapters.wiring import desk_of
from cvsec_core.aggregates import person
from cvsec_core.aggregates.person import PersonalDataExported, PersonUnknownError
from cvsec_core.site import Site
from tests.core.places import Watch
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
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    watch = Watch()
    with opened(tmp_path_factory.mktemp("export") / "site.db", watch) as site:
        live(site, watch)
        yield site


@pytest.fixture(scope="module")
def host(site: Site) -> dict[str, Any]:
    return export(desk_of(site), HOST, by="officer")


@pytest.fixture(scope="module")
def guest(site: Site) -> dict[str, Any]:
    return export(desk_of(site), guest_number(site), by="officer")


def test_all_that_was_ever_known_of_them_is_there(host: dict[str, Any], guest: dict[str, Any]):
    shown = json.dumps(host, ensure_ascii=False)
    assert [word for word in OF_HOST if word not in shown] == []
    shown = json.dumps(guest, ensure_ascii=False)
    assert [word for word in OF_GUEST if word not in shown] == []


def test_nothing_of_others_is_there(host: dict[str, Any], guest: dict[str, Any]):
    shown = json.dumps(host, ensure_ascii=False)
    assert [word for word in (*OF_GUEST, "3300445566") if word in shown] == []
    shown = json.dumps(guest, ensure_ascii=False)
    assert [word for word in OF_HOST[1:] if word in shown] == []


def test_what_opens_something_is_not_handed_out(
    site: Site, host: dict[str, Any], guest: dict[str, Any]
):
    shown = json.dumps((host, guest))
    assert "argon2" not in shown
    assert "nonce" not in shown
    assert "digest" not in shown
    state: person.Enrolled = site.state(person.stream(site.person(HOST)))
    assert state.password
    assert state.password not in shown


def test_people_are_known_by_their_numbers(site: Site, host: dict[str, Any]):
    assert host["person"]["id"] == HOST
    assert (host["guardians"], host["wards"]) == ([], [CHILD])
    child = export(desk_of(site), CHILD, by="officer")
    assert (child["guardians"], child["wards"]) == ([HOST], [])
    assert [(c["purpose"], c["guardian"]) for c in child["consents"]] == [
        ("account", HOST), ("guardian-feed", HOST),
    ]  # fmt: skip
    shown = json.dumps(host)
    assert [n for n in (HOST, CHILD, OTHER) if site.person(n) in shown] == []


def test_who_works_here_is_told_what_they_did(host: dict[str, Any]):
    assert {(c["kind"], c["state"]) for c in host["credentials"]} == {
        ("card", "active"), ("pin", "active"), ("qr", "active"),
    }  # fmt: skip
    assert [(p["person"], p["card"]) for p in host["passages"]] == [
        (HOST, HOST_CARD), (HOST, None), (None, HOST_CARD),
    ]  # fmt: skip
    assert [n["about"] for n in host["notifications"]] == [HOST, HOST, CHILD]
    assert sorted(v["state"] for v in host["hosted"]) == ["checked-in", "expected", "expected"]
    assert [i["state"] for i in host["invited"]] == ["redeemed"]
    assert [(c["purpose"], c["guardian"]) for c in host["consents"]] == [("account", None)]
    assert host["person"]["levels"] == ["staff"]


def test_who_visits_is_told_what_is_kept(guest: dict[str, Any]):
    assert [v["reason"] for v in guest["visits"]] == ["Ocarina audition"] * 3
    assert sorted(i["reason"] for i in guest["invitations"]) == [
        "Marimba repair", "Ocarina audition",
    ]  # fmt: skip
    assert sorted(mail["state"] for mail in guest["mails"]) == ["pending", "sent"]
    assert guest["person"]["email"] == GUEST_MAIL
    assert guest["hosted"] == []


def test_pictures_are_handed_out(guest: dict[str, Any]):
    pictures = [base64.b64decode(p["data"]) for p in guest["pictures"]]
    assert len(pictures) == 2
    assert all(data.startswith(b"\xff\xd8") for data in pictures)
    named = {name.partition(":")[2] for v in guest["visits"] for name in v["pictures"]}
    assert named == {p["name"] for p in guest["pictures"]}


def test_that_it_was_handed_out_is_recorded(site: Site, host: dict[str, Any]):
    (recorded,) = site.log.read_all(host["position"] - 1, 1)
    assert isinstance(recorded.event, PersonalDataExported)
    assert recorded.event.by == recorded.meta.actor == host["by"] == "officer"
    assert host["events"][-1]["event"] == "personal-data-exported.1"


def test_of_nobody_there_is_nothing(site: Site):
    head = site.log.head()
    with pytest.raises(PersonUnknownError):
        export(desk_of(site), "nobody", by="officer")
    assert site.log.head() == head


def test_of_who_was_forgotten_there_is_nothing(tmp_path: Path):
    watch = Watch()
    with opened(tmp_path / "site.db", watch) as site:
        live(site, watch)
        number = guest_number(site)
        forget(desk_of(site), number, by="officer")
        with pytest.raises(PersonUnknownError):
            export(desk_of(site), number, by="officer")
        shown = json.dumps(export(desk_of(site), HOST, by="officer"), ensure_ascii=False)
        assert [word for word in OF_GUEST if word in shown] == []
