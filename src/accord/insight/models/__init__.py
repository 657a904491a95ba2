from accord.insight.models.client_figures_run import ClientFigure, ClientFigures
from accord.insight.models.figures_update import FiguresUpdate
from accord.insight.models.firm_retention import FirmRetention
from accord.insight.models.forecast_score import ForecastScore
from accord.insight.models.health_override import HealthOverride
from accord.insight.models.plan_forecast import PlanForecast
from accord.insight.models.project_measure import ProjectMeasure
from accord.insight.models.renewal_forecast import RenewalForecast
from accord.insight.models.status_report import StatusReport
from accord.insight.models.status_report_schedule import StatusReportDelivery, StatusReportSchedule

__all__ = [
    "ClientFigure",
    "ClientFigures",
    "FiguresUpdate",
    "FirmRetention",
    "ForecastScore",
    "HealthOverride",
    "PlanForecast",
    "ProjectMeasure",
    "RenewalForecast",
    "StatusReport",
    "StatusReportDelivery",
    "StatusReportSchedule",
]
