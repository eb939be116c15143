"""Who may stay of those that a device says it knows?"""

from collections.abc import Collection, Iterable
from datetime import datetime, tzinfo

from cvsec_core.ids import DeviceId, PersonId
from cvsec_core.projections.device_rights.people import known_people, look_for
from cvsec_core.projections.device_rights.rows import FollowRow, HolderRow
from cvsec_core.projections.device_rights.telling import removals
from cvsec_core.projections.directory import ForgottenRow, PersonRow
from cvsec_core.rows import Among, Is, Views


def who_stays(
    views: Views, name: DeviceId, ids: Collection[PersonId], now: datetime, zone: tzinfo
) -> frozenset[PersonId]:
    """Those of *ids* that the device knows rightly, by their number.

    Whoever may pass none of its doors does not stay. Nor does who was enrolled after somebody was
    forgotten and is still to be told: the device can know only somebody else by their number.

    Args:
        views: where it is looked up.
        name: the device.
        ids: who has the numbers that it named.
        now: the time now.
        zone: that of the site, whose calendar counts.
    """
    follows = views.select(FollowRow, Is("device", name))
    known, users = known_people(look_for(views, follows, now, zone), ids)
    since = _forgotten_since(views, follows)
    return frozenset(
        who
        for who in users
        if since is None or known[who].enrolled_at < since or _was_told(views, follows, known[who])
    )


def _forgotten_since(views: Views, follows: Iterable[FollowRow]) -> datetime | None:
    """When the first was forgotten of those whom the device may know still."""
    taken = {row.id for follow in follows for row in removals(views, follow)}
    holders = views.select(HolderRow, Among("id", tuple(taken)))
    lost = views.select(ForgottenRow, Among("id", tuple({row.person for row in holders})))
    return min((row.forgotten_at for row in lost), default=None)


def _was_told(views: Views, follows: Iterable[FollowRow], who: PersonRow) -> bool:
    """Whether the device was told everything about them as it stands at one level at least."""
    rows = ((follow, views.get(HolderRow, f"{follow.level}|{who.id}")) for follow in follows)
    return any(row is not None and row.held and row.position <= f.cursor for f, row in rows)
