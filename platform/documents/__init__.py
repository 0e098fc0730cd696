"""Printed documents: definitions made into HTML, and HTML drawn as PDF in a child process."""
