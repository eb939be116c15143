"""What has to end when somebody is forgotten?"""

from collections.abc import Iterator
from datetime import datetime

from cvsec_core.aggregates.invitation import WithdrawInvitation
from cvsec_core.aggregates.person import ForgetPerson
from cvsec_core.aggregates.visit import CancelVisit
from cvsec_core.ids import PersonId
from cvsec_core.projections.invitations import open_of
from cvsec_core.projections.visitor_list import expected
from cvsec_core.rows import Views

Farewell = WithdrawInvitation | CancelVisit | ForgetPerson


def farewell(views: Views, who: PersonId, by: str, at: datetime) -> Iterator[Farewell]:
    """The commands that forget somebody: open invitations by them and for them are withdrawn,
    expected visits by them and to them cancelled, and last they themselves are forgotten.
    """
    for name in dict.fromkeys(row.id for row in open_of(views, who)):
        yield WithdrawInvitation(name, by, at)
    for name in dict.fromkeys(row.id for row in expected(views, who)):
        yield CancelVisit(name, by, at)
    yield ForgetPerson(who, by, at)
