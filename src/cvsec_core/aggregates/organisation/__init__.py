"""The organisation: its name, zone and language, its mail, its policies, its life safety.

    Unfounded --FoundOrganisation--> Founded

An unfounded site works, on UTC and in English. Life safety works in both states.
"""

from cvsec_core.aggregates.organisation.commands import (
    ConfigureMail,
    EndLifeSafetyRelease,
    FoundOrganisation,
    OrganisationCommand,
    PublishPolicy,
    ReleaseForLifeSafety,
    ReportDeviceRelease,
    ReportDeviceReleaseEnded,
    SetDisplayOfPersonalData,
    SetRetention,
    SetVisitReasons,
)
from cvsec_core.aggregates.organisation.deciding import (
    KIND,
    STREAM,
    decide,
    stream_of,
)
from cvsec_core.aggregates.organisation.errors import (
    OrganisationFoundedError,
)
from cvsec_core.aggregates.organisation.events import (
    DeviceReleaseBegun,
    DeviceReleaseEnded,
    DisplayOfPersonalDataSet,
    LifeSafetyReleaseBegun,
    LifeSafetyReleaseEnded,
    MailConfigured,
    MailSecurity,
    OrganisationEvent,
    OrganisationFounded,
    PolicyPublished,
    RetentionSet,
    Shown,
    VisitReasonsSet,
)
from cvsec_core.aggregates.organisation.evolving import (
    evolve,
)
from cvsec_core.aggregates.organisation.states import (
    INITIAL,
    RETENTION_DAYS,
    VISIT_REASONS,
    Founded,
    OrganisationState,
    Settings,
    Unfounded,
)

__all__ = [
    "INITIAL",
    "KIND",
    "RETENTION_DAYS",
    "STREAM",
    "VISIT_REASONS",
    "ConfigureMail",
    "DeviceReleaseBegun",
    "DeviceReleaseEnded",
    "DisplayOfPersonalDataSet",
    "EndLifeSafetyRelease",
    "FoundOrganisation",
    "Founded",
    "LifeSafetyReleaseBegun",
    "LifeSafetyReleaseEnded",
    "MailConfigured",
    "MailSecurity",
    "OrganisationCommand",
    "OrganisationEvent",
    "OrganisationFounded",
    "OrganisationFoundedError",
    "OrganisationState",
    "PolicyPublished",
    "PublishPolicy",
    "ReleaseForLifeSafety",
    "ReportDeviceRelease",
    "ReportDeviceReleaseEnded",
    "RetentionSet",
    "SetDisplayOfPersonalData",
    "SetRetention",
    "SetVisitReasons",
    "Settings",
    "Shown",
    "Unfounded",
    "VisitReasonsSet",
    "decide",
    "evolve",
    "stream_of",
]
