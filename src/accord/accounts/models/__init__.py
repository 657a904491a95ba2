from accord.accounts.models.account import Account, AccountMember
from accord.accounts.models.account_plan import Goal, Need, PlannedAction, Strategy, SwotNote
from accord.accounts.models.advocacy import AdvocacyItem
from accord.accounts.models.agreement import Agreement
from accord.accounts.models.calendar_source import CalendarFeed, CalendarMeeting, CalendarSource
from accord.accounts.models.client_link import ClientLink
from accord.accounts.models.contact import Acquaintance, Affiliation, Contact
from accord.accounts.models.contact_details import ContactEmail, ContactPhone, Detail
from accord.accounts.models.custom import CustomField, Tag, read_custom
from accord.accounts.models.interaction import Interaction
from accord.accounts.models.mailbox import (
    Mailbox,
    MailboxReading,
    MailCopy,
    MailFolder,
    MailMessage,
    Security,
    SkippedMail,
)
from accord.accounts.models.merge import Merge, NotTheSame
from accord.accounts.models.note_template import NoteTemplate
from accord.accounts.models.opportunity import Opportunity
from accord.accounts.models.playbook import Playbook, PlaybookRun, PlaybookRunStep, PlaybookStep
from accord.accounts.models.quote import ForecastDay, NegotiationEntry, Quote, QuoteLine, Service
from accord.accounts.models.request import EscalationStep, Request, ServiceLevel, Severity, Topic
from accord.accounts.models.stage import OpportunityStage, forget_stages, stages
from accord.accounts.models.survey import Survey, SurveyAnswer, SurveyInvitation

__all__ = [
    "Account",
    "AccountMember",
    "Acquaintance",
    "AdvocacyItem",
    "Affiliation",
    "Agreement",
    "CalendarFeed",
    "CalendarMeeting",
    "CalendarSource",
    "ClientLink",
    "Contact",
    "ContactEmail",
    "ContactPhone",
    "CustomField",
    "Detail",
    "EscalationStep",
    "ForecastDay",
    "Goal",
    "Interaction",
    "MailCopy",
    "MailFolder",
    "MailMessage",
    "Mailbox",
    "MailboxReading",
    "Merge",
    "Need",
    "NegotiationEntry",
    "NotTheSame",
    "NoteTemplate",
    "Opportunity",
    "OpportunityStage",
    "PlannedAction",
    "Playbook",
    "PlaybookRun",
    "PlaybookRunStep",
    "PlaybookStep",
    "Quote",
    "QuoteLine",
    "Request",
    "Security",
    "Service",
    "ServiceLevel",
    "Severity",
    "SkippedMail",
    "Strategy",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SwotNote",
    "Tag",
    "Topic",
    "forget_stages",
    "read_custom",
    "stages",
]
