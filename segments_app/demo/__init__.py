"""The demo company: everything a newcomer needs to try the program out."""
