"""Automation: published rules (a trigger, a condition, actions) that react to changes of records.

Importing this package makes the rules listen; they run inside the transaction of the save that set them off.
"""

from shuke.automation.actions import ACTIONS
from shuke.automation.engine import react
from shuke.automation.runlog import RuleRun, runs
from shuke.automation.triggers import TRIGGERS

__all__ = ["ACTIONS", "TRIGGERS", "RuleRun", "react", "runs"]
