from accord.accounts.models.account import Account, AccountMember
from accord.accounts.models.client_link import ClientLink
from accord.accounts.models.contact import Affiliation, Contact, Relationship
from accord.accounts.models.contact_details import ContactEmail, ContactPhone, Detail
from accord.accounts.models.custom import CustomField, Tag, read_custom
from accord.accounts.models.interaction import Interaction
from accord.accounts.models.leaving import LeavingReason
from accord.accounts.models.merge import DistinctPair, Merge
from accord.accounts.models.note_template import NoteTemplate

__all__ = [
    "Account",
    "AccountMember",
    "Affiliation",
    "ClientLink",
    "Contact",
    "ContactEmail",
    "ContactPhone",
    "CustomField",
    "Detail",
    "DistinctPair",
    "Interaction",
    "LeavingReason",
    "Merge",
    "NoteTemplate",
    "Relationship",
    "Tag",
    "read_custom",
]
