"""Who may come to an address of the desk."""

from enum import StrEnum

from lawcore.access.model import Remit


class Circle(StrEnum):
    """Who may come to an address. An admin of a village is of the first circle alone."""

    LOGGED_IN = "logged-in"
    STAFF = "staff"
    """Who does something for the whole township: admins, approvers and editors."""
    EDITORS = "editors"
    APPROVERS = "approvers"
    ADMINS = "admins"

    def lets_in(self, remit: Remit) -> bool:
        """Whether somebody with this remit may come."""
        match self:
            case Circle.LOGGED_IN:
                return True
            case Circle.STAFF:
                return remit.may_edit or remit.may_approve or remit.may_report
            case Circle.EDITORS:
                return remit.may_edit
            case Circle.APPROVERS:
                return remit.may_approve
            case Circle.ADMINS:
                return remit.may_report
