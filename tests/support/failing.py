"""Functions of the product that raise, whatever they are asked: which ones a request passes, and making one fail."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import copy_context
from types import CodeType, FrameType, FunctionType
from typing import Any, TypeVar

from feedback_app.config import ROOT

APP = f"{ROOT / 'feedback_app'}/"


def _fail(*_given: object, **_named: object) -> None:
    raise LookupError("nobody thought of this")


def functions_passed(request: Callable[[], object]) -> dict[str, FunctionType]:
    """Name -> each named function of the product that the request passes, in this thread."""
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(APP):
            seen.add(frame.f_code)

    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(None)
    return {
        name: function
        for name, function in _functions().items()
        if function.__code__ in seen and not function.__code__.co_freevars
    }


def _functions() -> dict[str, FunctionType]:
    """Every function and method of the product's modules, by file and name."""
    found = {}
    for module in [name for name in sys.modules if name.startswith("feedback_app")]:
        holders: list[Any] = [sys.modules[module]]
        holders += [one for one in vars(holders[0]).values() if isinstance(one, type)]
        for one in [value for holder in holders for value in vars(holder).values()]:
            function: Any = one
            if isinstance(one, classmethod | staticmethod):
                function = one.__func__
            elif isinstance(one, property):
                function = one.fget
            if isinstance(function, FunctionType):
                code = function.__code__
                if code.co_filename.startswith(APP):
                    file = code.co_filename.removeprefix(APP)
                    found[f"{file} {code.co_qualname}"] = function
    return found


Result = TypeVar("Result")


def while_it_raises(
    function: FunctionType, request: Callable[..., Result], *given: Any, **named: Any
) -> Result:
    """What the request returns while that function raises each time, wherever it was imported to.

    What the request leaves behind in the thread, as when its tidying up fails, is forgotten.
    """
    code = function.__code__
    function.__code__ = _fail.__code__
    try:
        return copy_context().run(request, *given, **named)
    finally:
        function.__code__ = code
