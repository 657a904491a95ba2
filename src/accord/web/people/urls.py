from __future__ import annotations

from django.urls import path

from accord.web.people import email_settings, keys, logo, set_up, settings
from accord.web.people.views import absences, audit, capacity, holidays, job_roles, notices, pages, security, skills

urlpatterns = [
    path("people/", pages.PeopleList.as_view(), name="people"),
    path("people/new", pages.PersonNew.as_view(), name="person-new"),
    path("people/capacity", capacity.capacity, name="capacity"),
    path("people/skills", skills.matrix, name="skills"),
    *skills.SkillPages.urls("skills", new="people/skills/new"),
    path("people/<int:pk>/", pages.person, name="person"),
    path("people/<int:pk>/weeks/<str:day>", capacity.week, name="person-week"),
    *absences.AbsencePages.urls("absences", new="people/<int:person>/absences/new"),
    *skills.PersonSkillPages.urls("person-skills", new="people/<int:person>/skills/new"),
    path("people/roles/", job_roles.JobRoleList.as_view(), name="job-roles"),
    *job_roles.JobRolePages.urls("people/roles"),
    path("people/<int:pk>/edit", pages.PersonEdit.as_view(), name="person-edit"),
    path("settings/", settings.overview, name="settings"),
    path("settings/email", email_settings.email_settings, name="email-settings"),
    path("settings/email/test", email_settings.test_email, name="email-test"),
    path("logo/<str:digest>.png", logo.logo, name="logo"),
    path("settings/firm", settings.FirmEdit.as_view(), name="firm-edit"),
    path("settings/audit-log", audit.FirmAudit.as_view(), name="audit-log"),
    path("settings/audit-log/<slug:file_type>", audit.FirmAudit.as_view(), name="audit-log-export"),
    path("settings/security", security.SecurityLog.as_view(), name="security-log"),
    path("settings/teams/new", pages.TeamNew.as_view(), name="team-new"),
    path("settings/users/new", settings.UserNew.as_view(), name="user-new"),
    path("settings/users/<int:pk>/edit", settings.UserEdit.as_view(), name="user-edit"),
    path("settings/users/<int:pk>/link", settings.sign_in_link, name="user-link"),
    path("settings/calendars/new", settings.CalendarNew.as_view(), name="calendar-new"),
    path("settings/calendars/<int:pk>/edit", settings.CalendarEdit.as_view(), name="calendar-edit"),
    path("settings/calendars/<int:pk>/holidays", holidays.holidays, name="calendar-holidays"),
    path("settings/calendars/<int:pk>/holidays/removal", holidays.removal, name="calendar-holidays-removal"),
    path("set-up/<str:token>/", set_up.set_up, name="set-up"),
    path("profile", settings.Profile.as_view(), name="profile"),
    path("profile/notifications", notices.notice_settings, name="notice-settings"),
    path("profile/keys/new", keys.new, name="api-key-new"),
    path("api-keys/<int:pk>/removal", keys.KeyRemove.as_view(), name="api-key-removal"),
]
