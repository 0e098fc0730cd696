"""Who may do what with which records: actors, permission groups, field rights."""

from shuke.access.actor import Actor
from shuke.access.policy import Policy, SharedGrant, has_ability, policy

__all__ = ["Actor", "Policy", "SharedGrant", "has_ability", "policy"]
