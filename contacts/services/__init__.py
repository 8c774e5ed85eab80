"""What happens to contacts: one module per use case."""
