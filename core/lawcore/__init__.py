"""The core of lawbot: calendar, content, roster, campaigns, exams, participation and reports.

It knows no messenger, no scheduler, no environment and no web.
"""
