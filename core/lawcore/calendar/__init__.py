"""WHEN: rules that resolve a year to dates, observances, yearly notices and iCalendar files."""
