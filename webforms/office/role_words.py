"""The names of roles, for people."""

from __future__ import annotations

ROLE_WORDS = {
    "unit_officer": "Officer of a unit",
    "head_of_unit": "Head of a unit",
    "interviewer_organiser": "Organiser of interviewers",
    "appraiser": "Appraiser",
    "supervisor": "Supervisor (reads only)",
    "home_affairs": "Home Affairs",
    "administrator": "Administrator",
}
