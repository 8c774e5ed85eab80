"""Getting letters out: the outbox and the transports."""
