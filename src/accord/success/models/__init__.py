from accord.success.models.account_plan import Goal, Need, PlannedAction, Strategy, SwotNote
from accord.success.models.playbook import Playbook, PlaybookRun, PlaybookRunStep, PlaybookStep
from accord.success.models.survey import Survey, SurveyAnswer, SurveyInvitation

__all__ = [
    "Goal",
    "Need",
    "PlannedAction",
    "Playbook",
    "PlaybookRun",
    "PlaybookRunStep",
    "PlaybookStep",
    "Strategy",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SwotNote",
]
