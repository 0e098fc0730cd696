"""What every face stands on: the screen decorator, the visitor, pages and fragments, the shell and its static files."""
