"""Answers that compute nothing: what the solution returns, with its values taken away.

They have the right shapes, types and keys, which is more than a real answer of that kind has: a
test that gives them nothing asks for values everywhere.
"""

import ast
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


def is_network(value):
    """Tell whether it is a network of PyTorch."""
    return torch is not None and isinstance(value, torch.nn.Module)


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


def returning(source):
    """Return the names of the functions of a cell, methods as CLASS.METHOD, that return something.

    The others only do something: write a file, move parameters.
    """
    found = set()
    for node in ast.parse(source).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for each in inner:
            has = (isinstance(part, ast.Return) and part.value for part in ast.walk(each))
            if isinstance(each, ast.FunctionDef) and any(has):
                found.add(prefix + each.name)
    return found


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

    def about(self, name, right, source):
        """Return the lie that stands in place of a right function or class, of that source."""
        if inspect.isclass(right):
            return self._class(name, right, returning(source))
        if name not in returning(source):
            return lambda *arguments, **options: None

        @functools.wraps(right)
        def lie(*arguments, **options):
            return self._said(name, right, arguments, options)

        return lie

    def _said(self, name, right, arguments, options):
        """Return what is said at a call."""
        key = name
        if self.kind == "another run":
            arrays = [each for each in leaves(list(arguments)) if is_array(each)]
            key = name, tuple(np.shape(each) for each in arrays)
        if self.kind == "none":
            return None
        if self.is_learning:
            found = right(*arguments, **options)
            self.seen.setdefault(key, copied(found))
            return found
        if self.kind == "another run" or key in self.seen:
            found = self.seen.get(key)
            return None if is_network(found) else copied(found)  # a network is no constant
        try:  # on copies: what the right one changes in place stays as it is
            found = right(*copied(arguments), **copied(options))
        except Exception:  # noqa: BLE001  (beside constants, even a right one may raise anything)
            return None
        if self.kind == "first result":
            self.seen[key] = found
            return None if is_network(found) else copied(found)
        return self._changed(found, arguments)

    def _changed(self, value, arguments):
        """Return a value with other values, of the same structure."""
        if isinstance(value, dict):
            return {key: self._changed(each, arguments) for key, each in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self._changed(each, arguments) for each in value)
        if is_network(value):
            return self._still(value)
        return None if value is None else CHANGES[self.kind](value, arguments)

    def _still(self, network):
        """Return a network without parameters, of which the logits are constants."""

        class Still(torch.nn.Module):
            def forward(_, X):  # noqa: N805  (`self` is the lies' own)
                return self._changed(network(X), [X])

        return Still()

    def _class(self, name, right, which):
        """Return a class whose attributes and results are constants; `which` methods return any."""
        lies = self

        def method(called, function):
            @functools.wraps(function)
            def lie(self, *arguments, **options):
                shadow = self
                if not lies.is_learning:
                    shadow = right.__new__(right)
                    vars(shadow).update(copied(vars(self)))
                bound = functools.partial(function, shadow)
                return lies._said(f"{name}.{called}", bound, arguments, options)

            return lie

        def nothing(function):
            @functools.wraps(function)
            def lie(self, *arguments, **options):
                if lies.is_learning:
                    function(self, *arguments, **options)

            return lie

        def constant(self, *arguments, **options):
            right.__init__(self, *arguments, **options)
            for attribute, value in vars(self).items():
                if is_array(value):
                    found = lies._said(attribute, lambda *a, v=value, **o: v, arguments, options)
                    setattr(self, attribute, found)

        methods = {
            called: method(called, each) if f"{name}.{called}" in which else nothing(each)
            for called, each in vars(right).items()
            if inspect.isfunction(each) and not called.startswith("_")
        }
        return type(name, (right,), {**methods, "__init__": constant})


def copied(value):
    """Return a deep copy, or itself where it cannot be copied."""
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  (what is copied may raise anything)
        return value
