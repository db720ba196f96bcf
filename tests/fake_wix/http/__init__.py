"""Requests in, answers out: the server, its routes, who may call, and what can go wrong on the way."""
