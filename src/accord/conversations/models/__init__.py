from accord.conversations.models.comment import Comment
from accord.conversations.models.notification import Notification

__all__ = ["Comment", "Notification"]
