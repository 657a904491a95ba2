from __future__ import annotations

from django.urls import path

from accord.web.accounts import urls_duplicates, urls_mail, urls_people, urls_plan, urls_requests, urls_surveys
from accord.web.accounts.views import edits, links, lists, numbers, pages

urlpatterns = [
    path("accounts/", lists.AccountList.as_view(), name="accounts"),
    path("accounts/new", edits.AccountNew.as_view(), name="account-new"),
    path("accounts/<int:pk>/", pages.overview, name="account"),
    path("accounts/<int:pk>/edit", edits.AccountEdit.as_view(), name="account-edit"),
    path("accounts/<int:pk>/contacts", pages.contacts, name="account-contacts"),
    path("accounts/<int:pk>/timeline", pages.timeline_tab, name="account-timeline"),
    path("accounts/<int:pk>/agreements", pages.agreements, name="account-agreements"),
    path("accounts/<int:pk>/opportunities", pages.opportunities, name="account-opportunities"),
    path("accounts/<int:pk>/invoices", pages.invoices, name="account-invoices"),
    path("accounts/<int:pk>/projects", pages.projects, name="account-projects"),
    path("accounts/<int:pk>/comments", pages.comment, name="account-comments"),
    path("accounts/<int:pk>/numbers/<slug:name>", numbers.number, name="account-number"),
    path("accounts/<int:account>/team/new", edits.MemberNew.as_view(), name="account-member-new"),
    path("accounts/<int:account>/contacts/new", edits.ContactNew.as_view(), name="contact-new"),
    path("accounts/<int:account>/contacts/known", edits.KnownContactNew.as_view(), name="known-contact-new"),
    path("accounts/<int:account>/interactions/new", edits.InteractionNew.as_view(), name="interaction-new"),
    path("accounts/<int:account>/opportunities/new", edits.OpportunityNew.as_view(), name="opportunity-new"),
    path("accounts/<int:account>/agreements/new", edits.AgreementNew.as_view(), name="agreement-new"),
    path("account-members/<int:pk>/removal", edits.MemberRemove.as_view(), name="account-member-removal"),
    path("affiliations/<int:affiliation>/edit", edits.ContactEdit.as_view(), name="contact-edit"),
    path("affiliations/<int:pk>/removal", edits.AffiliationRemove.as_view(), name="affiliation-removal"),
    path("affiliations/<int:pk>/links/new", links.new, name="client-link-new"),
    path("client-links/<int:pk>/revocation", links.revoke, name="client-link-revocation"),
    path("interactions/<int:pk>/edit", edits.InteractionEdit.as_view(), name="interaction-edit"),
    path("interactions/<int:pk>/removal", edits.InteractionRemove.as_view(), name="interaction-removal"),
    path("interactions/<int:pk>/completion", pages.next_step_done, name="next-step-completion"),
    path("note-templates/", lists.NoteTemplateList.as_view(), name="note-templates"),
    path("note-templates/new", edits.NoteTemplateNew.as_view(), name="note-template-new"),
    path("note-templates/<int:pk>/edit", edits.NoteTemplateEdit.as_view(), name="note-template-edit"),
    path("note-templates/<int:pk>/removal", edits.NoteTemplateRemove.as_view(), name="note-template-removal"),
    path("opportunities/<int:pk>/edit", edits.OpportunityEdit.as_view(), name="opportunity-edit"),
    path("opportunities/<int:pk>/removal", edits.OpportunityRemove.as_view(), name="opportunity-removal"),
    path("agreements/<int:pk>/edit", edits.AgreementEdit.as_view(), name="agreement-edit"),
    path("agreements/<int:pk>/removal", edits.AgreementRemove.as_view(), name="agreement-removal"),
    *urls_duplicates.urlpatterns,
    *urls_mail.urlpatterns,
    *urls_people.urlpatterns,
    *urls_plan.urlpatterns,
    *urls_requests.urlpatterns,
    *urls_surveys.urlpatterns,
]
