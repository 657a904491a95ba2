"""What happens to users, calendars and the firm."""

from __future__ import annotations

from accord.core.event_kinds import EventKind
from accord.core.texts import gettext_lazy


class UserEvent(EventKind):
    INVITED = "user.invited", gettext_lazy("Invited")
    INVITATION_EMAILED = "user.invitation_emailed", gettext_lazy("Emailed invitation")
    SIGN_IN_LINK_CREATED = "user.sign_in_link_created", gettext_lazy("Created sign-in link")
    SECOND_FACTORS_RESET = "user.second_factors_reset", gettext_lazy("Reset second factors")


class CalendarEvent(EventKind):
    HOLIDAYS_ADDED = "calendar.holidays_added", gettext_lazy("Added holidays")
    HOLIDAYS_REMOVED = "calendar.holidays_removed", gettext_lazy("Removed holidays")


class FirmEvent(EventKind):
    LOGO_CHANGED = "firm.logo_changed", gettext_lazy("Updated logo")
    LOGO_REMOVED = "firm.logo_removed", gettext_lazy("Removed logo")
