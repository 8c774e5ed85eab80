"""A file is looked at, and its contacts are taken into the register."""
