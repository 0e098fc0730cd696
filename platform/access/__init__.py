"""Who may do what with which records: actors, permission groups, field rights."""

from shuke.access.actor import Actor
from shuke.access.policy import Attributed, Policy, SharedGrant, attributed, best_right, has_ability, policy, right_of

__all__ = ["Actor", "Attributed", "Policy", "SharedGrant", "attributed", "best_right", "has_ability", "policy", "right_of"]
