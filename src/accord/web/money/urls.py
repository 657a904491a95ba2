from __future__ import annotations

from django.urls import path

from accord.web.money.views import entries, invoices, pages, tab

urlpatterns = [
    path("money/", pages.overview, name="money"),
    path("time/", pages.time, name="time"),
    path("money/time/new", pages.TimeNew.as_view(), name="time-new"),
    path("money/invoices", invoices.InvoiceList.as_view(), name="invoices"),
    path("accounts/<int:account>/invoices/new", invoices.InvoiceNew.as_view(), name="invoice-new"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/edit", invoices.InvoiceEdit.as_view(), name="invoice-edit"),
    path("invoices/<int:pk>/removal", invoices.InvoiceRemove.as_view(), name="invoice-removal"),
    path("money/exchange-rates", pages.exchange_rates, name="exchange-rates"),
    *pages.ExchangeRatePages.urls("exchange-rates", new="money/exchange-rates/new"),
    path("accounts/<int:pk>/invoices", tab.invoices, name="account-invoices"),
    path("projects/<int:project>/time/new", entries.TimeNew.as_view(), name="project-time-new"),
    *entries.ExpensePages.urls("expenses", new="projects/<int:project>/expenses/new"),
    path("time/<int:pk>/edit", entries.TimeEdit.as_view(), name="time-edit"),
    path("time/<int:pk>/removal", entries.TimeRemove.as_view(), name="time-removal"),
]
