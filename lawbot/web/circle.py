"""Who may come to an address of the desk."""

from enum import StrEnum

from lawcore.access.model import Scope


class Circle(StrEnum):
    """Who may come to an address. An admin of a village is of the first circle alone."""

    LOGGED_IN = "logged-in"
    STAFF = "staff"
    """Who does something for the whole township: admins, approvers and editors."""
    EDITORS = "editors"
    APPROVERS = "approvers"
    ADMINS = "admins"

    def lets_in(self, scope: Scope) -> bool:
        """Whether somebody with this scope may come."""
        match self:
            case Circle.LOGGED_IN:
                return True
            case Circle.STAFF:
                return scope.may_edit or scope.may_approve or scope.may_report
            case Circle.EDITORS:
                return scope.may_edit
            case Circle.APPROVERS:
                return scope.may_approve
            case Circle.ADMINS:
                return scope.may_report
