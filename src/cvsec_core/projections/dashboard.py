"""How is the site doing: how many devices are there, which are online, and what needs somebody?"""

from attrs import frozen

from cvsec_core.projections import alarm_center, directory
from cvsec_core.projections.devices import DeviceRow, in_area
from cvsec_core.rows import Is, Views
from cvsec_core.values import Period


@frozen
class Dashboard:
    """The counts of a site or of one area of it. The three of ``alarms`` always add up."""

    area: str | None
    devices: int
    online: int
    offline: int
    doors: int
    people: int
    visitors: int
    alarms: alarm_center.Counts


def summary(views: Views, today: Period, area: str | None = None) -> Dashboard:
    """The dashboard of *area*, or of the whole site.

    People and visitors belong to no area; all that are registered are counted.
    """
    present = (Is("retired", False), *in_area(area))  # noqa: FBT003  # the value asked for
    devices = views.count(DeviceRow, *present)
    online = views.count(DeviceRow, *present, Is("online", True))  # noqa: FBT003
    (doors,) = views.total(DeviceRow, ("doors",), *present)
    ever = None if area is None else views.select(DeviceRow, *in_area(area))
    inside = None if ever is None else tuple(row.id for row in ever)
    visitors = directory.count(views, "visitor")
    return Dashboard(
        area,
        devices,
        online,
        devices - online,
        doors,
        directory.count(views) - visitors,
        visitors,
        alarm_center.counts(views, today, inside),
    )
