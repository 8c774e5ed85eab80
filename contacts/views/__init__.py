"""Pages of contacts: they translate, the services decide."""
