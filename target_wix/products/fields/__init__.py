"""The fields of a product: how each is read, compared, checked and laid over the shop's."""
