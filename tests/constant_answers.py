"""Answers that compute nothing: what the solution returns, with its values taken away.

They have the right shapes, types and keys, which is more than a real answer of that kind has: a
test that gives them nothing asks for values everywhere.
"""

import copy
import functools
import inspect

import numpy as np

try:
    import torch
except ImportError:  # PyTorch is an extra
    torch = None


def is_array(value):
    """Tell whether it is an array or a tensor."""
    return isinstance(value, np.ndarray) or (torch is not None and isinstance(value, torch.Tensor))


def leaves(value):
    """Yield the numbers, strings and arrays of nested lists, tuples and dicts."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each)
    elif value is not None:
        yield value


def filled(make):
    """Return ``change(leaf, arguments)``: `make` gets how many values, gives them.

    The type of numbers stays: what is asked of a result's type is answered.
    """

    def change(leaf, _):
        if is_array(leaf):
            values = np.resize(np.asarray(make(int(np.prod(leaf.shape)))), tuple(leaf.shape))
            if isinstance(leaf, np.ndarray):
                return values if leaf.dtype == object else values.astype(leaf.dtype)
            return torch.as_tensor(np.array(values)).to(leaf.dtype)
        if isinstance(leaf, bool | int | float | np.generic):
            (value,) = np.resize(np.asarray(make(1)), 1).tolist()
            return value if np.isnan(value) else type(leaf)(value)
        return leaf if callable(leaf) else type(leaf)()

    return change


def passed_on(leaf, arguments):
    """Return the first argument of that shape, or the first argument."""
    given = list(leaves(list(arguments)))
    alike = [each for each in given if np.shape(each) == np.shape(leaf)]
    return copy.deepcopy((alike or given or [None])[0])


#: What stands in place of each value of a right result.
CHANGES = {
    "zeros": filled(np.zeros),
    "ones": filled(np.ones),
    "counted": filled(lambda size: np.arange(size) + 0.5),
    "tiny": filled(lambda size: 1e-300 * np.arange(1, size + 1)),
    "not numbers": filled(lambda size: np.full(size, np.nan)),
    "arguments": passed_on,
    "none": lambda leaf, _: None,
}
#: Further: the whole of the first result, again and again; or all by what another run has seen.
KINDS = (*CHANGES, "first result", "another run")


class Lies:
    """The answers of a notebook, with their values taken away.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    """

    def __init__(self, kind):
        self.kind = kind
        self.seen = {}
        self.is_learning = kind == "another run"

    def about(self, name, right):
        """Return the lie that stands in place of a right function or class."""
        if inspect.isclass(right):
            return self._class(name, right)

        @functools.wraps(right)
        def lie(*arguments, **options):
            return self._said(name, right, arguments, options)

        return lie

    def _said(self, name, right, arguments, options):
        """Return what is said at a call."""
        if self.is_learning:
            found = right(*arguments, **options)
            self.seen.setdefault(self._key(name, arguments), copied(found))
            return found
        if self.kind == "another run":
            return copied(self.seen.get(self._key(name, arguments)))
        if self.kind == "first result" and name in self.seen:
            return copied(self.seen[name])
        try:  # on copies: what the right one changes in place stays as it is
            found = right(*copied(arguments), **copied(options))
        except Exception:
            return None
        if self.kind == "first result":
            self.seen[name] = copied(found)
            return found
        return self._changed(found, arguments)

    def _key(self, name, arguments):
        return name, tuple(np.shape(each) for each in leaves(list(arguments)) if is_array(each))

    def _changed(self, value, arguments):
        """Return a value with other values, of the same structure."""
        if isinstance(value, dict):
            return {key: self._changed(each, arguments) for key, each in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self._changed(each, arguments) for each in value)
        if torch is not None and isinstance(value, torch.nn.Module):
            return self._still(value)
        return None if value is None else CHANGES[self.kind](value, arguments)

    def _still(self, module):
        """Return a network that has all of another one, and gives nothing of it."""
        lies = self

        class Still(type(module)):
            def forward(self, X):
                return lies._changed(super().forward(X), [X])

        module.__class__ = Still
        return module

    def _class(self, name, right):
        """Return a class whose attributes and results are constants."""
        lies = self

        def method(called, function):
            @functools.wraps(function)
            def lie(self, *arguments, **options):
                if lies.is_learning:
                    return lies._said(called, functools.partial(function, self), arguments, options)
                shadow = right.__new__(right)
                vars(shadow).update(copied(vars(self)))
                found = lies._said(
                    called, functools.partial(function, shadow), arguments, options
                )
                for attribute, value in vars(shadow).items():
                    if not hasattr(self, attribute) and lies.kind in CHANGES:
                        setattr(self, attribute, lies._changed(value, arguments))
                return found

            return lie

        methods = {
            called: method(f"{name}.{called}", function)
            for called, function in vars(right).items()
            if inspect.isfunction(function) and not called.startswith("_")
        }

        def __init__(self, *arguments, **options):
            right.__init__(self, *arguments, **options)
            if lies.kind in CHANGES:
                for attribute, value in vars(self).items():
                    if is_array(value):
                        setattr(self, attribute, lies._changed(value, arguments))

        return type(name, (right,), {**methods, "__init__": __init__})


def copied(value):
    """Return a deep copy, or itself where it cannot be copied."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value
