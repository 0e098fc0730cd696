"""Workflows: the states of a record and the ways between them; a state changes by firing a transition only."""

from shuke.workflow.firing import fire, fire_many
from shuke.workflow.offering import Offer, available, offers

__all__ = ["Offer", "available", "fire", "fire_many", "offers"]
