from accord.insight.models.customer_analysis import AccountAnalysis, CustomerAnalysis
from accord.insight.models.project_measure import ProjectMeasure

__all__ = ["AccountAnalysis", "CustomerAnalysis", "ProjectMeasure"]
