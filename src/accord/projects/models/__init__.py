from accord.projects.models.baseline import Baseline, BaselineTask
from accord.projects.models.link import Link
from accord.projects.models.project import Project, ProjectMember
from accord.projects.models.resource import Assignment, Resource
from accord.projects.models.step import PlanStep
from accord.projects.models.task import Task

__all__ = [
    "Assignment",
    "Baseline",
    "BaselineTask",
    "Link",
    "PlanStep",
    "Project",
    "ProjectMember",
    "Resource",
    "Task",
]
