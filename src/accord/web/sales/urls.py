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
    path(
        "opportunities/<int:opportunity>/negotiation/new", negotiation.NegotiationNew.as_view(), name="negotiation-new"
    ),
    path("negotiations/<int:pk>/edit", negotiation.NegotiationEdit.as_view(), name="negotiation-edit"),
    path("negotiations/<int:pk>/removal", negotiation.NegotiationRemove.as_view(), name="negotiation-removal"),
    path("opportunities/stages", stages.StageList.as_view(), name="stages"),
    path("opportunities/stages/new", stages.StageNew.as_view(), name="stage-new"),
    path("opportunities/stages/<int:pk>/edit", stages.StageEdit.as_view(), name="stage-edit"),
    path("opportunities/stages/<int:pk>/removal", stages.StageRemove.as_view(), name="stage-removal"),
    path("accounts/<int:account>/agreements/new", agreements.AgreementNew.as_view(), name="agreement-new"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/edit", agreements.AgreementEdit.as_view(), name="agreement-edit"),
    path("agreements/<int:pk>/removal", agreements.AgreementRemove.as_view(), name="agreement-removal"),
    path("agreements/<int:pk>/renewal", agreements.AgreementRenewal.as_view(), name="agreement-renewal"),
    path("renewals/", agreements.RenewalList.as_view(), name="renewals"),
    path("white-space/", white_space.white_space_page, name="white-space"),
    path("services/", quotes.ServiceList.as_view(), name="services"),
    path("services/new", quotes.ServiceNew.as_view(), name="service-new"),
    path("services/<int:pk>/edit", quotes.ServiceEdit.as_view(), name="service-edit"),
    path("services/<int:pk>/removal", quotes.ServiceRemove.as_view(), name="service-removal"),
    path("accounts/<int:account>/quotes/new", quotes.QuoteNew.as_view(), name="quote-new"),
    path("quotes/<int:pk>/", quotes.quote_page, name="quote"),
    path("quotes/<int:pk>/edit", quotes.QuoteEdit.as_view(), name="quote-edit"),
    path("quotes/<int:pk>/removal", quotes.QuoteRemove.as_view(), name="quote-removal"),
    path("quotes/<int:pk>/pdf", quotes.pdf, name="quote-pdf"),
    path("quotes/<int:pk>/sending", quote_actions.sending, name="quote-sending"),
    path("quotes/<int:pk>/versions", quote_actions.versions, name="quote-versions"),
    path("quotes/<int:pk>/link", quote_actions.another_link, name="quote-link"),
    path("quotes/<int:pk>/email", quote_actions.QuoteEmail.as_view(), name="quote-email"),
    path("quotes/<int:pk>/sent", quote_actions.sent, name="quote-sent"),
    path("quotes/<int:pk>/decision", quote_actions.QuoteDecision.as_view(), name="quote-decision"),
    path("quotes/<int:pk>/withdrawal", quote_actions.QuoteWithdrawal.as_view(), name="quote-withdrawal"),
    path("quotes/<int:quote>/lines/new", quotes.LineNew.as_view(), name="quote-line-new"),
    path("quote-lines/<int:pk>/edit", quotes.LineEdit.as_view(), name="quote-line-edit"),
    path("quote-lines/<int:pk>/removal", quotes.LineRemove.as_view(), name="quote-line-removal"),
    path("accounts/<int:pk>/agreements", tabs.agreements, name="account-agreements"),
    path("accounts/<int:pk>/opportunities", tabs.opportunities, name="account-opportunities"),
    path("accounts/<int:account>/opportunities/new", opportunities.OpportunityNew.as_view(), name="opportunity-new"),
    path("opportunities/<int:pk>/edit", opportunities.OpportunityEdit.as_view(), name="opportunity-edit"),
    path(
        "opportunities/<int:pk>/outcome/<slug:stage>",
        opportunities.OpportunityOutcome.as_view(),
        name="opportunity-outcome",
    ),
    path("opportunities/<int:pk>/removal", opportunities.OpportunityRemove.as_view(), name="opportunity-removal"),
]
