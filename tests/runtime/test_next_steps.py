"""Which step of a record is coloured, which stand beside it, and which wait in the menu."""

from shuke.runtime.next_steps import next_steps
from shuke.runtime.quick_add import Start
from shuke.runtime.transitions import Way


def _way(name: str, style: str = "", *, objection: str = "", leads_on: bool = True) -> Way:
    return Way(name, name, style, asks=False, objection=objection, leads_on=leads_on)


def _start(label: str, *, marked: bool = False) -> Start:
    return Start(label, "plus", f"/start/{label}", marked)


def test_a_step_that_is_marked_and_possible_is_the_next_one() -> None:
    send, close = _way("send", "primary", objection="Not yet."), _way("close", "primary")
    found = next_steps([send, _way("deliver"), close], [_start("pay", marked=True)], may_edit=True)
    assert found.primary == close
    assert found.blocked == (send,)


def test_without_a_marked_step_a_marked_start_comes_next_then_the_first_step_that_leads_on() -> None:
    back, deliver, pay = _way("reopen", leads_on=False), _way("deliver"), _start("pay", marked=True)
    assert next_steps([back, deliver], [_start("copy"), pay], may_edit=True).primary == pay
    assert next_steps([back, deliver], [_start("copy")], may_edit=True).primary == deliver
    assert next_steps([back], [_start("copy")], may_edit=True).primary is None


def test_three_buttons_stand_beside_each_other_and_the_rest_is_in_the_menu() -> None:
    send, deliver, back, void = _way("send", "primary"), _way("deliver"), _way("reopen", leads_on=False), _way("void", "danger")
    copy, lend = _start("copy"), _start("lend")
    found = next_steps([void, back, send, deliver], [copy, lend], may_edit=True)
    assert (found.primary, found.beside, found.menu, found.warned) == (send, (deliver,), (copy, lend, back), (void,))
    assert next_steps([send, deliver], [copy, lend], may_edit=False).beside == (deliver, copy)
