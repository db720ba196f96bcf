"""Catalog V1 behind the protocol of both catalogs: written one product a request."""
