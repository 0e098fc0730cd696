"""The composition of the product: the application, security, the administration's screens and the command line."""
