"""Where an expense stands, as every page shows it."""

from __future__ import annotations

from accord.money.models import Expense
from accord.web.shell.parts import Badge

Status = Expense.Status
TONES = {
    Status.DRAFT: "warn", Status.SUBMITTED: "info", Status.APPROVED: "good", Status.REIMBURSED: "neutral",
    Status.RETURNED: "bad",
}  # fmt: skip


def status_badge(expense: Expense) -> Badge:
    return Badge(expense.get_status_display(), TONES[Status(expense.status)])
