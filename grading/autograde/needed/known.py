"""What code from outside a notebook is known to do: the short lists that `needed` decides by.

A name that is in none of them is not understood, and whatever uses it is run.
"""

import builtins
import sys
from enum import Enum


class Known(Enum):
    """What using something may do, besides giving a value.

    PLAIN: nothing.  LAZY: nothing yet; what it gives is used up by reading it.  CHANGES: it may
    change what it is called on or what is passed to it.  RANDOM: it uses a generator that all
    code shares.  SETTING: it changes or depends on a setting, a file, the process; its value is
    plain.  STRANGE: anything but reading names that it was not given; STRANGE_RANDOM: it may
    use a shared generator, too.  REFLECTS: reading any name.
    """

    PLAIN = 1
    LAZY = 2
    CHANGES = 3
    RANDOM = 4
    SETTING = 5
    STRANGE = 6
    STRANGE_RANDOM = 7
    REFLECTS = 8


def _words(text):
    return frozenset(text.split())


_ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
)
_BUILTINS = _ERRORS | _words(
    "print len range sum min max abs round sorted list dict tuple set frozenset str int float "
    "complex bool bytes repr format isinstance issubclass callable any all divmod pow chr ord "
    "hex bin oct slice object super property staticmethod classmethod display NotImplemented "
    "Ellipsis __name__ __doc__ __debug__"
)
_LAZY_BUILTINS = _words("zip enumerate map filter reversed iter")
_REFLECTING_BUILTINS = _words(
    "globals locals vars eval exec compile __import__ breakpoint get_ipython In Out "
    "__builtins__ __loader__ __spec__ __build_class__"
)
#: Builtins that are judged by their arguments, and so must be called.
CALLED = _words("getattr setattr delattr hasattr")
#: Builtins that neither keep nor return what is passed to them.
KEEPS_NOTHING = _words("print len str int float repr format isinstance issubclass callable bool")

# NumPy: elementwise functions write into what is passed after their one or two inputs.
_UNARY = _words(
    "abs absolute exp exp2 expm1 log log2 log10 log1p sqrt cbrt square sin cos tan sinh cosh "
    "tanh arcsin arccos arctan arcsinh arccosh arctanh sign negative positive reciprocal "
    "floor ceil rint trunc isnan isinf isfinite logical_not invert conj conjugate fabs "
    "signbit deg2rad rad2deg"
)
_BINARY = _words(
    "add subtract multiply divide true_divide floor_divide power float_power mod remainder "
    "maximum minimum fmax fmin equal not_equal less less_equal greater greater_equal "
    "logical_and logical_or logical_xor arctan2 hypot logaddexp copysign matmul dot heaviside "
    "bitwise_and bitwise_or"
)
# How many arguments come before the place of the result, where it can be given by place.
_PLACES = dict.fromkeys(_UNARY, 1) | dict.fromkeys(_BINARY, 2)
_PLACES |= dict.fromkeys(
    ["max", "min", "amax", "amin", "argmax", "argmin", "median", "any", "all", "concatenate"], 2
)
_PLACES |= dict.fromkeys(["stack", "round", "around", "outer", "ptp", "nanmax", "nanmin"], 2)
_PLACES |= dict.fromkeys(
    ["sum", "mean", "std", "var", "prod", "cumsum", "cumprod", "clip", "take", "percentile"], 3
)
_PLACES |= dict.fromkeys(["quantile", "nansum", "nanmean", "nanstd", "choose", "compress"], 3)
_NUMPY = frozenset(_PLACES) | _words(
    "array asarray asanyarray ascontiguousarray atleast_1d atleast_2d atleast_3d zeros ones "
    "empty full zeros_like ones_like empty_like full_like arange linspace logspace geomspace "
    "eye identity diag diagonal tri tril triu meshgrid mgrid ogrid indices reshape ravel "
    "transpose swapaxes moveaxis squeeze expand_dims hstack vstack dstack column_stack split "
    "array_split hsplit vsplit tile repeat roll flip fliplr flipud rot90 pad append delete "
    "insert unique sort argsort searchsorted nonzero argwhere flatnonzero where count_nonzero "
    "bincount histogram histogram2d digitize interp allclose isclose array_equal array_equiv "
    "cov corrcoef average convolve correlate cross inner vdot tensordot einsum kron trace "
    "gradient diff ediff1d isin in1d intersect1d union1d setdiff1d broadcast_to "
    "broadcast_arrays broadcast_shapes vectorize apply_along_axis nan_to_num isscalar "
    "iscomplexobj isrealobj ndim shape size real imag angle ix_ r_ c_ s_ newaxis pi e inf nan "
    "euler_gamma float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "bool bool_ intp complex64 complex128 floating integer number generic ndarray dtype finfo "
    "iinfo result_type can_cast errstate printoptions polyfit polyval trapezoid packbits "
    "unpackbits array2string array_repr array_str ndenumerate ndindex copy shares_memory "
    "may_share_memory unravel_index ravel_multi_index triu_indices tril_indices diag_indices "
    "flatiter __version__"
)
_LINALG = _words(
    "norm inv pinv det slogdet solve lstsq svd eig eigh eigvals eigvalsh qr cholesky "
    "matrix_rank matrix_power multi_dot cond LinAlgError"
)
_GENERATORS = _words("default_rng Generator RandomState SeedSequence PCG64 MT19937 Philox")
_SPECIAL = _words(
    "expit logit softmax log_softmax logsumexp xlogy xlog1py erf erfc gamma gammaln comb "
    "factorial binom entr rel_entr kl_div log1p expm1 log_expit"
)
_PYPLOT = _words(
    "plot scatter bar barh hist hist2d imshow matshow contour contourf pcolormesh errorbar "
    "fill_between stem step boxplot violinplot pie text annotate axhline axvline axline "
    "axhspan axvspan hlines vlines semilogx semilogy loglog quiver title xlabel ylabel xlim "
    "ylim xticks yticks legend grid axis colorbar clim figure subplot subplots subplot_mosaic "
    "axes sca gca gcf suptitle supxlabel supylabel tight_layout subplots_adjust show close "
    "clf cla clabel margins tick_params get_cmap cm Figure Axes Normalize twinx twiny draw "
    "fignum_exists get_fignums xscale yscale spy"
)
_MATH = frozenset(name for name in dir(__import__("math")) if not name.startswith("_"))
#: Packages of the course that lessons import.
OURS = ("helpers", "student_tools")
_HELPERS = _words(
    "sigmoid pack unpack layer_shapes gradient_check minimize needs training_length "
    "load_answers Progress load_images load_mnist load_small_mnist show describe needs_torch "
    "is_stub"
)
_HELPERS_CHANGING = _words("fit parameters_of in_parallel split")
_STUDENT_TOOLS = _words("load_recorded summary study_figure GRID REPORTED")

#: The names of a module that can be used, and what is known of them.
_MODULES = {
    ("numpy",): {Known.PLAIN: _NUMPY - {"ndenumerate", "ndindex"}, Known.LAZY: {"ndenumerate"}},
    ("numpy", "linalg"): {Known.PLAIN: _LINALG},
    ("numpy", "random"): {Known.PLAIN: _GENERATORS},
    ("numpy", "lib", "stride_tricks"): {Known.PLAIN: {"sliding_window_view"}},
    ("scipy",): {},
    ("scipy", "special"): {Known.PLAIN: _SPECIAL},
    ("scipy", "optimize"): {
        Known.PLAIN: _words("minimize check_grad approx_fprime OptimizeResult minimize_scalar")
    },
    ("matplotlib",): {},
    ("matplotlib", "pyplot"): {Known.PLAIN: _PYPLOT},
    ("sklearn",): {},
    ("sklearn", "metrics"): {
        Known.PLAIN: _words(
            "accuracy_score confusion_matrix roc_curve roc_auc_score log_loss f1_score "
            "precision_score recall_score precision_recall_fscore_support mean_squared_error"
        )
    },
    ("math",): {Known.PLAIN: _MATH},
    ("time",): {
        Known.PLAIN: _words(
            "time perf_counter process_time monotonic sleep strftime perf_counter_ns"
        )
    },
    ("itertools",): {Known.LAZY: _words("product combinations permutations chain islice count")},
    ("functools",): {Known.PLAIN: _words("partial reduce wraps lru_cache cache")},
    ("copy",): {Known.PLAIN: _words("copy deepcopy")},
    ("dataclasses",): {Known.PLAIN: _words("dataclass field replace asdict astuple")},
    ("types",): {Known.PLAIN: {"SimpleNamespace"}},
    ("operator",): {
        Known.PLAIN: _words("itemgetter add sub mul truediv"),
        Known.REFLECTS: _words("attrgetter methodcaller"),
    },
    ("collections",): {Known.PLAIN: _words("namedtuple")},
    ("typing",): {Known.PLAIN: _words("Any Callable NamedTuple Sequence Iterable Optional Union")},
    ("string",): {Known.PLAIN: _words("ascii_letters digits ascii_lowercase ascii_uppercase")},
    ("textwrap",): {Known.PLAIN: _words("dedent indent fill shorten wrap")},
    ("IPython", "display"): {
        Known.PLAIN: _words("display HTML Markdown Math Latex Image clear_output")
    },
    ("helpers",): {Known.PLAIN: _HELPERS, Known.CHANGES: _HELPERS_CHANGING},
    ("helpers", "plots"): {
        Known.PLAIN: _words(
            "learning_curve digits weights network confusion_matrix compared_accuracies describe "
            "enable show sweep_with_spread originals_and_reconstructions error_curves image_rows"
        )
    },
}
for _name in [
    "activations",
    "parameters",
    "gradcheck",
    "optimize",
    "progress",
    "data",
    "figures",
    "lesson",
    "training",
    "parallel",
    "pytorch",
    "loading",
]:
    _MODULES["helpers", _name] = _MODULES["helpers",]
for _path in (), ("study",), ("study", "figure"):
    _MODULES["student_tools", *_path] = {Known.PLAIN: _STUDENT_TOOLS}
#: Settings, files and the process: using them is what counts, the value is plain.
_SETTINGS = {
    ("numpy",): _words(
        "seterr seterrcall setbufsize set_printoptions save savez savez_compressed savetxt loadtxt "
        "genfromtxt"
    ),
    ("warnings",): _words("filterwarnings simplefilter warn catch_warnings resetwarnings"),
    ("matplotlib", "pyplot"): _words("savefig style rc rcdefaults switch_backend imsave"),
}
# Libraries whose values are not followed, and that may draw from a shared generator.
_RANDOM = (("torch",), ("sklearn",), ("helpers", "pytorch", "torch"), ("helpers", "pytorch", "nn"))
_REFLECTING_MODULES = _words(
    "builtins importlib inspect gc ctypes dis doctest cProfile profile timeit unittest pdb "
    "bdb trace tracemalloc code codeop runpy IPython ipykernel jupyter_client traceback "
    "marshal symtable __main__ numexpr pandas faulthandler cffi imp pkgutil zipimport _thread"
)
_SYS_PLAIN = _words("stdout stderr version version_info maxsize float_info platform byteorder")
_SYS_STRANGE = _words("path argv exit setrecursionlimit getrecursionlimit getsizeof executable")
_INSTALLED = _words(
    "numpy scipy matplotlib sklearn torch torchvision helpers tqdm joblib PIL pooch"
)
_STAR = _words("numpy math helpers")

# Methods and attributes of values: arrays, texts, lists, dicts, figures.
_METHODS = _words(
    "sum mean std var min max argmin argmax argsort cumsum cumprod prod astype copy reshape "
    "ravel flatten transpose dot squeeze repeat take clip round conj any all nonzero "
    "searchsorted trace diagonal swapaxes tolist item view outer reduce accumulate ptp "
    "compress keys values items get index count join split rsplit splitlines strip lstrip "
    "rstrip lower upper title capitalize replace startswith endswith format center ljust "
    "rjust zfill isdigit isalpha isidentifier find rfind removeprefix removesuffix encode "
    "decode union intersection difference issubset issuperset is_integer bit_length hex "
    "get_figure get_xlim get_ylim get_xticks get_yticks get_title get_legend_handles_labels "
    "train_test with_traceback as_integer_ratio"
)
_CHANGING_METHODS = _words(
    "append extend insert pop popitem remove clear sort reverse update setdefault add discard fill "
    "put resize partition itemset setflags setfield at normal standard_normal uniform integers "
    "random choice permutation permuted shuffle rand randn randint random_sample binomial poisson "
    "multinomial exponential gamma beta laplace multivariate_normal spawn seed step send close "
    "byteswap "
    # drawing
    "plot scatter bar barh hist imshow matshow contour contourf pcolormesh errorbar fill_between "
    "stem boxplot violinplot text annotate axhline axvline hlines vlines semilogx semilogy loglog "
    "quiver legend grid axis colorbar suptitle supxlabel supylabel tight_layout subplots_adjust "
    "add_subplot add_axes subplots set_title set_xlabel set_ylabel set_xlim set_ylim set_xticks "
    "set_yticks set_xticklabels set_yticklabels set_xscale set_yscale set_aspect set_axis_off "
    "set_size_inches set_visible tick_params invert_yaxis invert_xaxis margins twinx twiny set "
    "set_facecolor set_color axvspan axhspan bar_label set_label"
)
_ARGUMENT_CHANGING = _words("shuffle at")
#: Attributes that hold data, whatever the object.
_DATA = _words(
    "shape dtype size ndim T real imag flat name fun x jac nit success X y image_shape "
    "n_classes figure labels start stop"
)
_REFLECTING_ATTRIBUTES = _words(
    "f_globals f_locals f_back f_builtins f_code gi_frame cr_frame ag_frame tb_frame tb_next "
    "func_globals ctypes query"
)
_PLAIN_DUNDERS = _words(
    "__name__ __version__ __doc__ __init__ __call__ __len__ __qualname__ __getitem__ __add__ "
    "__mul__ __matmul__ __eq__ __repr__ __str__ __next__ __iter__ __post_init__"
)


def builtin(name):
    """Say what using a builtin of Python or IPython may do.

    Parameters
    ----------
    name : str
        A name that nothing in the notebook binds.

    Returns
    -------
    Known
        STRANGE for a name that is none.
    """
    if is_history(name) or name in _REFLECTING_BUILTINS:
        return Known.REFLECTS
    if name in _BUILTINS or name in CALLED:
        return Known.PLAIN
    if name in _LAZY_BUILTINS:
        return Known.LAZY
    if name == "next":
        return Known.CHANGES
    if name.startswith("__") and name.endswith("__"):
        return Known.REFLECTS
    return Known.STRANGE


def is_history(name):
    """Tell whether IPython keeps earlier inputs or results under a name (``_``, ``_i``, ``_5``)."""
    plain = name.lstrip("_")
    if not name.startswith("_") or len(name) - len(plain) > 3:
        return False
    return plain in ("", "i", "ii", "iii", "ih", "oh", "dh") or plain.lstrip("i").isdigit()


def reflects_by_name(name):
    """Tell whether a name is one that reflects, unless code binds it to something else."""
    return is_history(name) or name in _REFLECTING_BUILTINS


def library(path):
    """Say what using something of a library may do.

    Parameters
    ----------
    path : tuple of str
        Such as ``("numpy", "random", "seed")``; it may go on into attributes of a value.

    Returns
    -------
    known : Known
    left : tuple of str
        The attributes after the name that is known.
    is_module : bool
        Whether the path may be a module, used as a value.
    """
    if path[0] == "sys":
        return _sys(path)
    if path[:2] != ("IPython", "display") and path[0] in _REFLECTING_MODULES:
        return Known.REFLECTS, (), False
    place = len(path)
    while place and path[:place] not in _MODULES:
        place -= 1
    module, rest = path[:place], path[place:]
    for known, names in _MODULES.get(module, {}).items():
        if rest and rest[0] in names:
            return known, rest[1:], False
    if module == ("numpy", "random") or path[0] == "random":
        return (Known.RANDOM if rest else Known.STRANGE), (), not rest
    if any(path[: len(each)] == each for each in _RANDOM):
        return Known.STRANGE_RANDOM, (), True
    for module in (path[:place] for place in range(len(path))):
        if path[len(module)] in _SETTINGS.get(module, ()):
            return Known.SETTING, (), False
    return Known.STRANGE, (), True


def _sys(path):
    if len(path) > 1 and path[1] in _SYS_PLAIN:
        return Known.PLAIN, path[2:], False
    strange = len(path) > 1 and path[1] in _SYS_STRANGE
    return (Known.STRANGE if strange else Known.REFLECTS), (), False


def importing(module, star=False):
    """Say what importing a module may do: PLAIN, STRANGE or REFLECTS.

    Parameters
    ----------
    module : str
        With dots; it begins with one when it is relative.
    star : bool
        Whether all its names are taken.
    """
    path = tuple(module.split("."))
    if path in _MODULES or path == ("sys",):
        known = Known.PLAIN
    elif path[0] in _REFLECTING_MODULES:
        return Known.REFLECTS
    elif path[0] in sys.stdlib_module_names or path[0] in _INSTALLED:
        known = Known.PLAIN if path[0] in ("random", "warnings", "torch") else Known.STRANGE
    else:
        return Known.REFLECTS  # who knows what it looks at
    if star:
        return Known.STRANGE if path[0] in _STAR else Known.REFLECTS
    return known


def writes(path, count, keywords):
    """Tell whether a call of a library function may change what is passed to it.

    Parameters
    ----------
    path : tuple of str
        The function.
    count : int
        How many arguments are given by place; -1 for an unknown number.
    keywords : collection of str or None
        The names of the others; None stands for ``**``.
    """
    if any(
        word is None or word in ("out", "copy") or word.startswith("overwrite") for word in keywords
    ):
        return True
    if path[0] == "numpy" and len(path) == 2 and path[1] in _PLACES:
        return not 0 <= count <= _PLACES[path[1]]
    return path[:2] == ("scipy", "special") and not 0 <= count <= 1


def method(name):
    """Say what calling a method of a value may do; STRANGE where that is not known."""
    if name in _METHODS:
        return Known.PLAIN
    return Known.CHANGES if name in _CHANGING_METHODS else Known.STRANGE


def changes_arguments(name):
    """Tell whether a method changes more than what it is called on."""
    return name in _ARGUMENT_CHANGING


def is_data(name):
    """Tell whether an attribute holds data and no method, whatever has it."""
    return name in _DATA


def attribute_reflects(name):
    """Tell whether an attribute leads to names, frames or code."""
    if name.startswith("__") and name.endswith("__"):
        return name not in _PLAIN_DUNDERS
    return name in _REFLECTING_ATTRIBUTES
