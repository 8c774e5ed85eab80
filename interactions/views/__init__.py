"""Pages of interactions, split by screen."""
