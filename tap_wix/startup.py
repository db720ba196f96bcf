"""How a process of its own begins: with what a run needs, and no more."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from typing_extensions import override

UNUSED = ("asyncio", "importlib_metadata", "joblib", "jsonpath_ng", "jsonpath_ng.ext", "upath")
"""What singer-sdk imports at once: for coroutines that are tried again, for encoders of batch files
that others bring, for sinks that are drained side by side, for rows that are found by a JSONPath,
for batch files.

Neither program does any of it. Together with what they bring along, fsspec and psutil among it,
they take a third of the time that importing the SDK takes.
"""


_OBJECTS_BETWEEN_COLLECTIONS = (50_000, 20, 100)


class _Later:
    """Something of a module that is imported when it is first used."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def _found(self) -> Any:  # noqa: ANN401 - whatever the module has
        return getattr(import_module(self._module), self._name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return self._found()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._found(), name)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self._found())


class _StandIn(ModuleType):
    """Stands in for a module while the SDK is imported."""

    @override
    def __getattr__(self, name: str) -> _Later:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Later(self.__name__, name)


def import_sdk() -> None:
    """Import singer-sdk without what it would never use here.

    Whoever imports one of these modules afterwards gets the module itself, and so does the SDK
    where it does use one. Python collects no garbage from here on until `collect_rarely`.
    """
    gc.disable()
    stand_ins = {name: _StandIn(name) for name in UNUSED if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        import_module("singer_sdk")
    except Exception:  # noqa: BLE001 - an SDK that does more with them at once is imported whole
        for name in [name for name in sys.modules if name.split(".")[0] == "singer_sdk"]:
            del sys.modules[name]
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
    import_module("singer_sdk")


def collect_rarely() -> None:
    """Have Python look for circles among objects less often, once everything is imported.

    Pages of JSON are tens of thousands of objects that refer to each other in no circle. To look
    through them again and again takes a third of the time that a run takes, and to do so among what
    was imported a tenth of the time that importing takes.
    """
    gc.freeze()
    gc.set_threshold(*_OBJECTS_BETWEEN_COLLECTIONS)
    gc.enable()


def keep_exit_code() -> None:
    """Have the exit code tell what became of the run, also where its log cannot be written.

    Python would end with 120 if it cannot empty what is left for stderr, as on a full disk.
    """
    atexit.register(_drop_unwritable_log)


def _drop_unwritable_log() -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
