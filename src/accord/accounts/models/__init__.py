from accord.accounts.models.account import Account, AccountMember
from accord.accounts.models.agreement import Agreement
from accord.accounts.models.client_link import ClientLink
from accord.accounts.models.contact import Affiliation, Contact
from accord.accounts.models.interaction import Interaction
from accord.accounts.models.opportunity import Opportunity

__all__ = [
    "Account",
    "AccountMember",
    "Affiliation",
    "Agreement",
    "ClientLink",
    "Contact",
    "Interaction",
    "Opportunity",
]
