"""What products, collections and contacts have in common on their way into Wix."""
