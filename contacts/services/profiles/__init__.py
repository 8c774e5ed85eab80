"""Questionnaires are answered: by hand, by figures, by ratings."""
