"""Contacts that may be the same are found, and pairs are decided on."""
