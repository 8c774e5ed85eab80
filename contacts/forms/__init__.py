"""Forms of the pages of contacts: what input is right, and where it belongs."""
