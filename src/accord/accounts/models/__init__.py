from accord.accounts.models.account import Account, AccountMember
from accord.accounts.models.account_plan import Goal, Need, PlannedAction, Strategy, SwotNote
from accord.accounts.models.agreement import Agreement
from accord.accounts.models.client_link import ClientLink
from accord.accounts.models.contact import Acquaintance, Affiliation, Contact
from accord.accounts.models.interaction import Interaction
from accord.accounts.models.merge import Merge, NotTheSame
from accord.accounts.models.opportunity import Opportunity

__all__ = [
    "Account",
    "AccountMember",
    "Acquaintance",
    "Affiliation",
    "Agreement",
    "ClientLink",
    "Contact",
    "Goal",
    "Interaction",
    "Merge",
    "Need",
    "NotTheSame",
    "Opportunity",
    "PlannedAction",
    "Strategy",
    "SwotNote",
]
