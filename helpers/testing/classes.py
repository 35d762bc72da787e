"""What tests of a student's class do with its networks."""

from helpers.testing.comparing import expect


def with_parameters(net, parameters):
    """Give a network these parameters, each in a copy of its own, and return it.

    Parameters
    ----------
    net : object
        Of a class that the student wrote.
    parameters : dict of str to numpy.ndarray
        By the names of the attributes.
    """
    for name, array in parameters.items():
        setattr(net, name, array.copy())
    return net


def attribute(net, name):
    """Return a network's attribute; the check fails, with its name, where there is none.

    Parameters
    ----------
    net : object
    name : str

    Raises
    ------
    CheckFailed
    """
    expect(hasattr(net, name), f"the network has no attribute {name}")
    return getattr(net, name)
