"""The parts of a contact: how each is read, laid over what is there, and compared."""
