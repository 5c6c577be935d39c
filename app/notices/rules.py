"""Why people are given notice, and how long it is kept."""

from datetime import timedelta
from enum import StrEnum

KEPT = timedelta(days=90)


class Told(StrEnum):
    """Why somebody is given notice."""

    #: Of a date of an event that they go to.
    MOVED_UP = "moved_up"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    #: Of a wish that they pledged; and of one that a business they act for may answer.
    WISH_OPENED = "wish_opened"
    WISH_ANSWERED = "wish_answered"
    WISH_KEPT = "wish_kept"
    WISH_BROKEN = "wish_broken"
    WISH_TO_ANSWER = "wish_to_answer"
    #: Of what they said; and of what they reported.
    HIDDEN = "hidden"
    SHOWN_AGAIN = "shown_again"
    REPORT_UPHELD = "report_upheld"
    REPORT_DISMISSED = "report_dismissed"
    #: Of a webhook of a business that they own, to which nothing is sent any more.
    WEBHOOK_PAUSED = "webhook_paused"
    #: Of the staff of a business: that they may join it, or do not belong to it any more ...
    STAFF_INVITED = "staff_invited"
    STAFF_REMOVED = "staff_removed"
    #: ... and what somebody whom they invited says.
    STAFF_JOINED = "staff_joined"
    STAFF_DECLINED = "staff_declined"
