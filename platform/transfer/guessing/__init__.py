"""Guessing what the columns of a sheet hold, by which of them its rows are known, and which lead to other sheets; each guess with its reason."""

from shuke.transfer.guessing.columns import Column, Sheet, gather
from shuke.transfer.guessing.guess import ColumnGuess, Link, SheetGuess, guess_sheets
from shuke.transfer.guessing.reasons import Reason, sentence_of
from shuke.transfer.guessing.trying import Trial, trial

__all__ = ["Column", "ColumnGuess", "Link", "Reason", "Sheet", "SheetGuess", "Trial", "gather", "guess_sheets", "sentence_of", "trial"]
