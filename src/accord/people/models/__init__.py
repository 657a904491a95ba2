from accord.people.models.absence import Absence
from accord.people.models.calendar import Calendar
from accord.people.models.firm import Firm, FirmLogo
from accord.people.models.job_role import JobRole
from accord.people.models.person import Person, Team
from accord.people.models.saved_view import SavedView
from accord.people.models.skill import Level, PersonSkill, Skill
from accord.people.models.submission import FormSubmission
from accord.people.models.token import ApiToken
from accord.people.models.user import SEES_ALL, Notices, Role, User

__all__ = [
    "SEES_ALL",
    "Absence",
    "ApiToken",
    "Calendar",
    "Firm",
    "FirmLogo",
    "FormSubmission",
    "JobRole",
    "Level",
    "Notices",
    "Person",
    "PersonSkill",
    "Role",
    "SavedView",
    "Skill",
    "Team",
    "User",
]
