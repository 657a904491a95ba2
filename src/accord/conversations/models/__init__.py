from accord.conversations.models.comment import Comment
from accord.conversations.models.notification import NoticeKind, NoticeSetting, Notification
from accord.conversations.models.watch import Watch

__all__ = ["Comment", "NoticeKind", "NoticeSetting", "Notification", "Watch"]
