"""Contacts found while one types, by the starts of their words.

`terms` says what a contact is found by and what was typed, `triggers` let the database
keep the terms itself; `services.find_contacts` looks them up.
"""
