"""What happens to users, calendars and the firm."""

from __future__ import annotations

from accord.core.event_kinds import EventKind


class UserEvent(EventKind):
    INVITED = "user.invited", "Invited"
    INVITATION_EMAILED = "user.invitation_emailed", "Emailed invitation"
    SIGN_IN_LINK_CREATED = "user.sign_in_link_created", "Created sign-in link"
    SECOND_FACTORS_RESET = "user.second_factors_reset", "Reset second factors"


class CalendarEvent(EventKind):
    HOLIDAYS_ADDED = "calendar.holidays_added", "Added holidays"
    HOLIDAYS_REMOVED = "calendar.holidays_removed", "Removed holidays"


class FirmEvent(EventKind):
    LOGO_CHANGED = "firm.logo_changed", "Updated logo"
    LOGO_REMOVED = "firm.logo_removed", "Removed logo"
