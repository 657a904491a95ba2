from __future__ import annotations

from django.urls import path

from accord.web.accounts import urls_duplicates, urls_people
from accord.web.accounts.views import audit, contacts, custom, edits, links, lists, numbers, pages
from accord.web.correspondence import urls as urls_mail
from accord.web.projects.views import archive, names
from accord.web.sales import urls as urls_commerce
from accord.web.success import urls_plan, urls_playbooks, urls_surveys
from accord.web.support import urls as urls_requests

urlpatterns = [
    path("accounts/", lists.AccountList.as_view(), name="accounts"),
    path("accounts/bulk", custom.bulk, name="accounts-bulk"),
    path("contacts/", contacts.ContactList.as_view(), name="contacts"),
    path("contacts/<int:pk>/", contacts.contact_page, name="contact"),
    path("settings/fields/", custom.CustomFieldList.as_view(), name="custom-fields"),
    path("settings/fields/new", custom.CustomFieldNew.as_view(), name="custom-field-new"),
    path("settings/fields/<int:pk>/edit", custom.CustomFieldEdit.as_view(), name="custom-field-edit"),
    path("settings/fields/<int:pk>/removal", custom.CustomFieldRemove.as_view(), name="custom-field-removal"),
    path("tags/<int:pk>/edit", custom.TagEdit.as_view(), name="tag-edit"),
    path("tags/<int:pk>/removal", custom.TagRemove.as_view(), name="tag-removal"),
    path("accounts/new", edits.AccountNew.as_view(), name="account-new"),
    path("accounts/<int:pk>/", pages.overview, name="account"),
    path("accounts/<int:pk>/edit", edits.AccountEdit.as_view(), name="account-edit"),
    path("accounts/<int:pk>/archiving", archive.AccountArchiving.as_view(), name="account-archiving"),
    path("accounts/<int:pk>/restoration", archive.AccountRestoration.as_view(), name="account-restoration"),
    path("accounts/<int:pk>/removal", archive.AccountRemove.as_view(), name="account-removal"),
    path("accounts/names", names.account_names, name="account-names"),
    path("accounts/<int:pk>/contacts", pages.contacts, name="account-contacts"),
    path("accounts/<int:pk>/group", pages.group, name="account-group"),
    path("accounts/<int:pk>/timeline", pages.timeline_tab, name="account-timeline"),
    path("accounts/<int:pk>/audit-log", audit.AccountAudit.as_view(), name="account-audit"),
    path("accounts/<int:pk>/audit-log/<slug:file_type>", audit.AccountAudit.as_view(), name="account-audit-export"),
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
    *urls_commerce.urlpatterns,
    *urls_duplicates.urlpatterns,
    *urls_mail.urlpatterns,
    *urls_people.urlpatterns,
    *urls_plan.urlpatterns,
    *urls_playbooks.urlpatterns,
    *urls_requests.urlpatterns,
    *urls_surveys.urlpatterns,
]
