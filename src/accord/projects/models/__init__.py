from accord.projects.models.allocation import Allocation, NeededSkill, StaffingRequest
from accord.projects.models.baseline import Baseline, BaselineTask
from accord.projects.models.change_request import ChangeRequest
from accord.projects.models.charter import CharterItem, Objective, Stakeholder
from accord.projects.models.decision import Decision
from accord.projects.models.deliverable import Acceptance, Deliverable, Responsibility
from accord.projects.models.goal_support import GoalSupport
from accord.projects.models.issue import Issue
from accord.projects.models.lesson import Lesson
from accord.projects.models.levelling import Levelling
from accord.projects.models.link import Link
from accord.projects.models.plan import Plan
from accord.projects.models.plan_edit import PlanEdit
from accord.projects.models.progress import NOTHING_YET, ProgressEntry
from accord.projects.models.project import Project, ProjectMember
from accord.projects.models.request_work import RequestWork
from accord.projects.models.resource import Assignment, Resource
from accord.projects.models.risk import Impact, Risk
from accord.projects.models.simulation import Simulation
from accord.projects.models.surveyed_project import SurveyedProject
from accord.projects.models.task import Task
from accord.projects.models.template import PlanTemplate

__all__ = [
    "NOTHING_YET",
    "Acceptance",
    "Allocation",
    "Assignment",
    "Baseline",
    "BaselineTask",
    "ChangeRequest",
    "CharterItem",
    "Decision",
    "Deliverable",
    "GoalSupport",
    "Impact",
    "Issue",
    "Lesson",
    "Levelling",
    "Link",
    "NeededSkill",
    "Objective",
    "Plan",
    "PlanEdit",
    "PlanTemplate",
    "ProgressEntry",
    "Project",
    "ProjectMember",
    "RequestWork",
    "Resource",
    "Responsibility",
    "Risk",
    "Simulation",
    "StaffingRequest",
    "Stakeholder",
    "SurveyedProject",
    "Task",
]
