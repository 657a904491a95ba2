from __future__ import annotations

from django.urls import path

from accord.web.money.views import approvals, entries, invoices, pages, rates, tab, time_settings, timesheets

urlpatterns = [
    path("money/", pages.overview, name="money"),
    path("time/", timesheets.time, name="time"),
    path("time/submission", timesheets.submission, name="time-submission"),
    path("time/rows", timesheets.rows_of_last_week, name="time-rows"),
    path("time/<int:pk>/cell", timesheets.cell, name="time-cell"),
    path("time/approvals", approvals.approvals, name="time-approvals"),
    path("time/approvals/approval", approvals.approval_of_several, name="time-approval"),
    path("time/<int:pk>/correction", timesheets.TimeCorrection.as_view(), name="time-correction"),
    path("time/types/", time_settings.WorkTypeList.as_view(), name="work-types"),
    *time_settings.WorkTypePages.urls("time/types"),
    path("time/locks/", time_settings.PeriodLockList.as_view(), name="period-locks"),
    path("time/locks/new", time_settings.PeriodLockNew.as_view(), name="period-lock-new"),
    path("timesheets/<int:pk>/", timesheets.timesheet, name="timesheet"),
    path("timesheets/<int:pk>/approval", timesheets.approval, name="timesheet-approval"),
    path("timesheets/<int:pk>/withdrawal", timesheets.withdrawal, name="timesheet-withdrawal"),
    path("timesheets/<int:pk>/return", timesheets.TimesheetReturn.as_view(), name="timesheet-return"),
    path("money/time/new", pages.TimeNew.as_view(), name="time-new"),
    path("money/invoices", invoices.InvoiceList.as_view(), name="invoices"),
    path("accounts/<int:account>/invoices/new", invoices.InvoiceNew.as_view(), name="invoice-new"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/edit", invoices.InvoiceEdit.as_view(), name="invoice-edit"),
    path("invoices/<int:pk>/removal", invoices.InvoiceRemove.as_view(), name="invoice-removal"),
    path("money/rates", rates.RateList.as_view(), name="rates"),
    path("money/rates/applied", rates.rate_answer, name="rate-answer"),
    path("money/rates/repricing", rates.repricing_page, name="repricing"),
    *rates.RatePages.urls("rates", new="money/rates/new"),
    path("money/exchange-rates", pages.exchange_rates, name="exchange-rates"),
    *pages.ExchangeRatePages.urls("exchange-rates", new="money/exchange-rates/new"),
    path("accounts/<int:pk>/invoices", tab.invoices, name="account-invoices"),
    path("projects/<int:project>/time/new", entries.TimeNew.as_view(), name="project-time-new"),
    *entries.ExpensePages.urls("expenses", new="projects/<int:project>/expenses/new"),
    path("time/<int:pk>/edit", entries.TimeEdit.as_view(), name="time-edit"),
    path("time/<int:pk>/removal", entries.TimeRemove.as_view(), name="time-removal"),
]
