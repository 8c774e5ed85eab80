"""Two contacts become one, and a journal undoes it."""
