from __future__ import annotations

from django.urls import path

from accord.web.money.views import invoices, pages

urlpatterns = [
    path("money/", pages.overview, name="money"),
    path("money/time/new", pages.TimeNew.as_view(), name="time-new"),
    path("money/invoices", invoices.InvoiceList.as_view(), name="invoices"),
    path("accounts/<int:account>/invoices/new", invoices.InvoiceNew.as_view(), name="invoice-new"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/edit", invoices.InvoiceEdit.as_view(), name="invoice-edit"),
    path("invoices/<int:pk>/removal", invoices.InvoiceRemove.as_view(), name="invoice-removal"),
    path("money/exchange-rates", pages.exchange_rates, name="exchange-rates"),
    path("money/exchange-rates/new", pages.ExchangeRateNew.as_view(), name="exchange-rate-new"),
    path("exchange-rates/<int:pk>/edit", pages.ExchangeRateEdit.as_view(), name="exchange-rate-edit"),
    path("exchange-rates/<int:pk>/removal", pages.ExchangeRateRemove.as_view(), name="exchange-rate-removal"),
]
