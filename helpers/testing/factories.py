"""Functions and generators that a test hands to a student's function.

Under the grader a test and the student's code live in different processes, and a function cannot
travel; so a test asks for one of these by its plain data, and it is made where it is used.
"""

import functools
import hashlib

import numpy as np

from helpers.testing import elsewhere


def factory(make):
    """Let a function make its thing where the student's code is, too."""

    @functools.wraps(make)
    def on_both_sides(*arguments, **keywords):
        local = make(*arguments, **keywords)
        return elsewhere.twin(local, make.__name__, arguments, keywords)

    return on_both_sides


@factory
def generator(seed):
    """Return ``numpy.random.default_rng(seed)``."""
    return np.random.default_rng(seed)


@factory
def polynomial(linear, quadratic=None, cubic=None, *, with_gradient=False):
    """Return the function ``f(x) = linear @ x + x @ quadratic @ x / 2 + sum(cubic * x**3)``.

    Parameters
    ----------
    linear : array_like, shape (p,)
    quadratic : array_like, shape (p, p) or (p,), optional
        A symmetric matrix, or the diagonal of one that has nothing else.
    cubic : array_like, shape (p,), optional
    with_gradient : bool
        When true, f returns the pair ``(value, gradient)``, as a function to be minimised does.

    Returns
    -------
    f : callable
        Takes an array of shape (p,); keeps no reference to it.
    """
    linear = np.array(linear, dtype=float)
    quadratic = np.zeros(linear.size) if quadratic is None else np.array(quadratic, float)
    cubic = np.zeros(linear.size) if cubic is None else np.array(cubic, dtype=float)

    def f(x):
        x = np.array(x, dtype=float)
        slope = quadratic * x if quadratic.ndim == 1 else quadratic @ x
        value = float(linear @ x + x @ slope / 2 + np.sum(cubic * x**3))
        return (value, linear + slope + 3 * cubic * x**2) if with_gradient else value

    return f


@factory
def scattered(seed):
    """Return a function that jumps about: its values follow from nothing but calling it.

    Parameters
    ----------
    seed : int
        Another seed makes another function.

    Returns
    -------
    f : callable
        Takes an array; returns a number between -1 and 1, a hash of the array's entries rounded
        to 1e-9.
    """
    key = np.random.default_rng(seed).bytes(32)

    def f(x):
        grid = np.rint(np.asarray(x, dtype=float) * 1e9).astype("<i8")
        digest = hashlib.blake2b(grid.tobytes(), key=key, digest_size=8).digest()
        return int.from_bytes(digest, "little") / 2**63 - 1

    return f


@factory
def recorded(f):
    """Wrap `f` so that a test can see, in its attribute `calls`, how it was called.

    Parameters
    ----------
    f : callable
        What another factory made; it takes one array.

    Returns
    -------
    Recorded
    """
    return Recorded(f)


class Recorded:
    """A function that remembers its calls.

    Attributes
    ----------
    calls : list of numpy.ndarray
        A copy of the argument of each call, in order.
    """

    def __init__(self, f):
        self._f = f
        self.calls = []

    def __deepcopy__(self, memo):
        """Return this object: a copy would remember the calls, and the test would not see them."""
        return self

    def __call__(self, x):
        """Return ``f(x)`` and remember `x`."""
        self.calls.append(np.array(x))
        return self._f(x)


@factory
def looked_up(calls, answers):
    """Return a function that knows some calls by heart, and in `calls` remembers those made.

    Parameters
    ----------
    calls : list of list
        The arguments, plain numbers, of each call it knows.
    answers : list
        What it returns for each of them.

    Returns
    -------
    LookedUp
    """
    return LookedUp(calls, answers)


class LookedUp:
    """A table in the shape of a function.

    Attributes
    ----------
    calls : list of list
        The arguments of each call, in order.
    """

    def __init__(self, calls, answers):
        pairs = zip(calls, answers, strict=True)
        self._answers = {tuple(arguments): answer for arguments, answer in pairs}
        self.calls = []

    def __deepcopy__(self, memo):
        """Return this object: a copy would remember the calls, and the test would not see them."""
        return self

    def __call__(self, *arguments):
        """Return the answer to a known call."""
        numbers = [getattr(each, "item", lambda each=each: each)() for each in arguments]
        self.calls.append(numbers)
        if tuple(numbers) not in self._answers:
            raise ValueError(
                f"the function that you were given was called with {tuple(numbers)}; a call that "
                f"it knows is {next(iter(self._answers))}: are the arguments in the right order?"
            )
        return self._answers[tuple(numbers)]


@factory
def torch_network(layers, seed=0, *, training=True, dtype="float32"):
    """Return a PyTorch network with given weights, after ``torch.manual_seed(seed)``.

    Parameters
    ----------
    layers : list of tuple
        ``("linear", W, b)``, ``("batchnorm", mean, variance)``, ``("dropout", p)``, ``("relu",)``,
        ``("sigmoid",)``, ``("softmax",)``, which is taken row by row, ``("flatten",)``, or
        ``("if_training", A)`` and ``("if_noting", A)``, which multiply with the square matrix A in
        training mode, or while PyTorch takes notes for a backward pass, and else do nothing.
    seed : int
        Where PyTorch's own generator starts, on both sides.
    training : bool
        The mode in which it is handed over.
    dtype : str
        "float32", or "float64" where gradients are compared to many digits: of the weights.

    Returns
    -------
    network : torch.nn.Sequential
        Its attribute `passes` lists the calls, each a dict: `first_column` of the input, `logits`,
        `coarse` (they were computed with 16 bits), `training` (all layers were in training mode),
        `any_training`, `gradients_on`, `parameters` before it (none of a large network), `size`
        (the sum of all parameters' sizes), `backward` (a backward pass followed), and
        `old_gradient` (that pass added to gradients that were there before).  It is made beside
        the student's code, so it claims, and proves nothing: see `helpers.testing.torch_training`.

    Raises
    ------
    helpers.pytorch.TorchMissing
        Where PyTorch is not installed.
    """
    from helpers.testing.networks import make_network  # here: it needs PyTorch, an extra

    return make_network(layers, seed, training, dtype)


@factory
def paper_network(A, parameters, rates, stir=0.0):
    """Return a network of two hidden layers whose outputs and gradients can be told on paper.

    It is handed to a student's training loop, and is no right network: its outputs depend on the
    pixels and on `bias_out` alone, and without `stir` each gradient on nothing but the parameter.

    Parameters
    ----------
    A : array_like, shape (n, k)
        ``forward(x)`` gives ``a_out = sigmoid(x @ A + bias_out)``.
    parameters : dict of str to array_like
        The attributes ``weight_h1, bias_h1, weight_h2, bias_h2, weight_out, bias_out``.
    rates : dict of str to float
        By the same names: ``backward`` gives the gradient ``rate * parameter``, so that t steps
        with learning rate eta leave ``(1 - eta * rate)**t`` of it.
    stir : float
        Above 0, gradients hang on the samples, activations and labels, too: see
        `helpers.testing.networks.stirred`.

    Returns
    -------
    net : PaperNetwork
        Its attribute `calls` lists the calls of ``forward`` and ``backward``: see there.
    """
    from helpers.testing.networks import PaperNetwork

    return PaperNetwork(A, parameters, rates, stir)


@factory
def centred_projection(W):
    """Return a ``fit(X)`` that learns the mean of X, and gives an encoder that subtracts it.

    Parameters
    ----------
    W : array_like, shape (h, n)

    Returns
    -------
    fit : callable
        Takes an array of shape (m, n), returns ``encode``: that takes an array A of shape (any, n)
        and returns ``(A - mean of the rows of X) @ W.T``.
    """
    W = np.array(W, dtype=float)

    def fit(X):
        mean = np.mean(np.array(X, dtype=float), axis=0)
        return lambda A: (np.array(A, dtype=float) - mean) @ W.T

    return fit


@factory
def held_mlp(A, parameters, rates=None, broken="", stir=0.0):
    """Return a thing whose attribute `calls` is what `helpers.testing.paper_mlp` returns.

    By that attribute a test reaches it in another process, too, and can look at its parameters.
    """
    from helpers.testing.networks import PaperMLP

    return Held(PaperMLP(A, parameters, rates, broken, stir))


class Held:
    """Something that is reached by the attribute `calls`."""

    def __init__(self, thing):
        self.calls = thing


@factory
def scratch_files():
    """Return what `helpers.testing.scratch_folder` gives: files where the student's code is.

    Returns
    -------
    helpers.testing.scratch.ScratchFiles
    """
    from helpers.testing.scratch import ScratchFiles

    return ScratchFiles()


@factory
def torch_optimizer(network, learning_rate, momentum=0.0):
    """Return ``torch.optim.SGD`` for the parameters of what `torch_network` has made.

    Parameters
    ----------
    network : torch.nn.Module
    learning_rate, momentum : float

    Returns
    -------
    optimizer : torch.optim.SGD
        In the examiner's own process None: network and optimiser are with the student's code.
    """
    from helpers.testing.training_parts import make_optimizer  # here: it needs PyTorch

    return make_optimizer(network, learning_rate, momentum)


@factory
def torch_criterion(smoothing=0.0):
    """Return a PyTorch loss that takes logits (m, k) and labels (m,).

    Parameters
    ----------
    smoothing : float
        The part s of each target that is shared out evenly: (1 - s) on the label, and s/k on each
        of the k classes.

    Returns
    -------
    criterion : torch.nn.CrossEntropyLoss
        Its result is the mean over the rows.
    """
    from helpers.testing.training_parts import make_criterion  # here: it needs PyTorch

    return make_criterion(smoothing)


@factory
def torch_slopes(model, X, C, *, training=False):
    """Let autograd differentiate ``sum(C * model(X))``, and return what came of it.

    Parameters
    ----------
    model : torch.nn.Module
        The student's; its gradients are those of this sum afterwards.
    X, C : array_like
        Inputs, in the precision of the model, and weights of the outputs.
    training : bool
        The mode, in which it is left.

    Returns
    -------
    found : Held
        Its `calls` is a dict: `is_module`, `outputs` and `gradients`, a dict of arrays by the
        parameters' names, with None where a parameter got none.
    """
    if elsewhere.grader:  # the test's own side of the examiner: the network is in the other
        return None
    from helpers.testing.networks import slopes_of  # here: it needs PyTorch

    return Held(slopes_of(model, X, C, training))


@factory
def torch_file(kind, arrays=None):
    """Return the path of a new file such as ``torch.save`` leaves, good or bad.

    Parameters
    ----------
    kind : str
        "weights": a state_dict. "gpu": one that was saved from a GPU. "truncated": one whose end
        is missing. "object": one whose dict is of a class of its own, which cannot be read with
        ``weights_only=True``. "tensors": a list of tensors. "text": no such file at all.
        "trap": a pickle that runs a program when it is read as one: there is a file beside it
        then, of the same name and ``.run``.
    arrays : dict of str to array_like, optional
        The arrays by their names; they keep their dtype.

    Returns
    -------
    path : pathlib.Path
        In a folder of its own that is gone when the process ends.  Its attribute `calls` lists
        the names of the files there.
    """
    from helpers.testing.training_parts import make_file  # here: it needs PyTorch

    return make_file(kind, arrays)


@factory
def paper_two_layer(parameters, rates):
    """Return a two-layer network that is handed to a student's loop over batches.

    It is no right network: its gradients belong to no loss.  But they depend on the rows of the
    batch and on the parameters as they are, so that the parameters at the end say what was done.

    Parameters
    ----------
    parameters : dict of str to array_like
        The attributes ``W1, b1, W2, b2``.
    rates : dict of str to float
        By the same names: ``backward`` gives ``rate * (parameter + pull)``; see there.

    Returns
    -------
    net : PaperTwoLayer
        Its attribute `calls` lists the calls of ``backward``, each a dict of `X` and `Y`.  That is
        what the student's side says; `two_layer_after` computes what follows from it.
    """
    from helpers.testing.two_layer import PaperTwoLayer

    return PaperTwoLayer(parameters, rates)
