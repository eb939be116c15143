"""One class a place in the life of a visit."""

from datetime import datetime

from attrs import frozen

from cvsec_core.ids import PersonId


@frozen
class Unregistered: ...


@frozen
class Plan:
    """Who comes, to whom, with how many, from when and until when."""

    visitor: PersonId
    host: PersonId
    party: int
    start: datetime
    end: datetime


@frozen
class Expected:
    plan: Plan


@frozen
class CheckedIn:
    plan: Plan


@frozen
class CheckedOut:
    plan: Plan


@frozen
class Cancelled:
    plan: Plan


@frozen
class NoShow:
    plan: Plan


VisitState = Unregistered | Expected | CheckedIn | CheckedOut | Cancelled | NoShow
INITIAL = Unregistered()
