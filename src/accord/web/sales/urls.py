"""Opportunities and their stages, agreements and their renewals, quotes, the catalogue, white space."""

from __future__ import annotations

from django.urls import path

from accord.web.sales.views import (
    agreements,
    negotiation,
    opportunities,
    quote_actions,
    quotes,
    stages,
    tabs,
    white_space,
)

urlpatterns = [
    path("opportunities/", opportunities.OpportunityList.as_view(), name="opportunities"),
    path("opportunities/<int:pk>/", opportunities.opportunity, name="opportunity"),
    path("opportunities/<int:pk>/project/new", opportunities.Handover.as_view(), name="handover"),
    *opportunities.OpportunityPages.urls("opportunities", new="accounts/<int:account>/opportunities/new"),
    *negotiation.NegotiationPages.urls("negotiations", new="opportunities/<int:opportunity>/negotiation/new"),
    *stages.StagePages.urls("opportunities/stages"),
    path("opportunities/stages", stages.StageList.as_view(), name="stages"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
    *agreements.AgreementPages.urls("agreements", new="accounts/<int:account>/agreements/new"),
    path("agreements/<int:pk>/renewal", agreements.AgreementRenewal.as_view(), name="agreement-renewal"),
    path("renewals/", agreements.RenewalList.as_view(), name="renewals"),
    path("white-space/", white_space.white_space_page, name="white-space"),
    path("services/", quotes.ServiceList.as_view(), name="services"),
    *quotes.ServicePages.urls("services"),
    path("quotes/<int:pk>/", quotes.quote_page, name="quote"),
    *quotes.QuotePages.urls("quotes", new="accounts/<int:account>/quotes/new"),
    *quotes.LinePages.urls("quote-lines", new="quotes/<int:quote>/lines/new"),
    path("quotes/<int:pk>/pdf", quotes.pdf, name="quote-pdf"),
    path("quotes/<int:pk>/sending", quote_actions.sending, name="quote-sending"),
    path("quotes/<int:pk>/versions", quote_actions.versions, name="quote-versions"),
    path("quotes/<int:pk>/link", quote_actions.another_link, name="quote-link"),
    path("quotes/<int:pk>/email", quote_actions.QuoteEmail.as_view(), name="quote-email"),
    path("quotes/<int:pk>/sent", quote_actions.sent, name="quote-sent"),
    path("quotes/<int:pk>/decision", quote_actions.QuoteDecision.as_view(), name="quote-decision"),
    path("quotes/<int:pk>/withdrawal", quote_actions.QuoteWithdrawal.as_view(), name="quote-withdrawal"),
    path("accounts/<int:pk>/agreements", tabs.agreements, name="account-agreements"),
    path("accounts/<int:pk>/opportunities", tabs.opportunities, name="account-opportunities"),
    path(
        "opportunities/<int:pk>/outcome/<slug:stage>",
        opportunities.OpportunityOutcome.as_view(),
        name="opportunity-outcome",
    ),
]
