"""What happens to interactions: one module per use case."""
