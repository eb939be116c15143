"""May this credential pass this door now, and why, or why not?

Ordered policies, each a clause that says what it forbids. All of them are asked, and every reason
is told; the first in order is the one that is named first. Before them stands what nothing denies:
a door that life safety opened, and the way out. The answer also tells the rule and its version,
and what would be allowed instead.
"""

from cvsec_core.rules.access.deciding import DECISION_NEEDS, decide_access, with_the_decision
from cvsec_core.rules.access.explaining import explained
from cvsec_core.rules.access.facts import Alternative, Decision, Facts, Passing, gathered, holder_of
from cvsec_core.rules.access.policies import GROUNDS, POLICIES, VERSION
from cvsec_core.rules.access.reasons import (
    CredentialExpired,
    CredentialNotActive,
    CredentialOfSomebodyElse,
    NoAccessLevel,
    NotExpected,
    NotPermittedAtThisTime,
    PassbackViolated,
    PersonBlocked,
    UnknownCredential,
    UnknownPerson,
)

__all__ = [
    "DECISION_NEEDS",
    "GROUNDS",
    "POLICIES",
    "VERSION",
    "Alternative",
    "CredentialExpired",
    "CredentialNotActive",
    "CredentialOfSomebodyElse",
    "Decision",
    "Facts",
    "NoAccessLevel",
    "NotExpected",
    "NotPermittedAtThisTime",
    "PassbackViolated",
    "Passing",
    "PersonBlocked",
    "UnknownCredential",
    "UnknownPerson",
    "decide_access",
    "explained",
    "gathered",
    "holder_of",
    "with_the_decision",
]
