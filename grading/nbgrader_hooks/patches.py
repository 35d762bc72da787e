"""Every place where another library is changed, or a private name of it is used: one list.

`apply` makes the changes that belong to nbgrader's process.  Each entry says what is relied on, and
`broken` whether it still holds, so that a test fails when a new version of a library differs.
"""

import importlib
import inspect
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reliance:
    """One thing that is changed in a library, or used of it though it is not promised.

    Attributes
    ----------
    library : str
    names : tuple of str
        ``module:name`` or ``module:class.name`` of what must be there.
    where : str
        The module of ours.
    why : str
    source : str
        Text that must stand in the source of the last name: what the change rests on.
    changes : bool
        Whether it is changed, or only used.
    template : str
        Instead of `source`: a file in the folder of the last name's module that must hold `text`.
    text : str
    """

    library: str
    names: tuple
    where: str
    why: str
    source: str = ""
    changes: bool = False
    template: str = ""
    text: str = ""


RELIANCES = (
    Reliance(
        "nbgrader",
        ("nbgrader.apps.autogradeapp:Autograde", "nbgrader.apps.autogradeapp:AutogradeApp.start"),
        "grading.autograde.autograde_command",
        "the command grades with CourseAutograde: there is no setting for the class",
        "converter = Autograde(coursedir=self.coursedir, parent=self)",
        changes=True,
    ),
    Reliance(
        "nbgrader",
        ("nbgrader.apps.api:Autograde", "nbgrader.apps.api:NbGraderAPI.autograde"),
        "grading.autograde.autograde_command",
        "the formgrader's button grades with CourseAutograde",
        "app = Autograde(coursedir=self.coursedir, parent=self)",
        changes=True,
    ),
    Reliance(
        "nbgrader",
        (
            "nbgrader.apps.generatefeedbackapp:GenerateFeedback",
            "nbgrader.apps.generatefeedbackapp:GenerateFeedbackApp.start",
        ),
        "grading.nbgrader_hooks.feedback_command",
        "the command makes the pages on all cores",
        "GenerateFeedback(coursedir=self.coursedir, parent=self)",
        changes=True,
    ),
    Reliance(
        "nbgrader",
        ("nbgrader.apps.api:GenerateFeedback", "nbgrader.apps.api:NbGraderAPI.generate_feedback"),
        "grading.nbgrader_hooks.feedback_command",
        "the formgrader's button makes the pages without the grader's result beside them",
        "GenerateFeedback(coursedir=self.coursedir, parent=self)",
        changes=True,
    ),
    Reliance(
        "nbgrader",
        (
            "nbgrader.server_extensions.formgrader.handlers:SubmissionHandler",
            "nbgrader.server_extensions.formgrader.handlers:SubmissionFilesHandler",
            "nbgrader.server_extensions.formgrader.handlers:SubmissionHandler.get",
        ),
        "grading.nbgrader_hooks.formgrader",
        "the page of a submission gets a Content-Security-Policy",
        "self.exporter.from_filename(filename, resources=resources)",
        changes=True,
    ),
    Reliance(
        "nbgrader",
        (
            "nbgrader.converters.base:BaseConverter._format_source",
            "nbgrader.converters.base:BaseConverter._format_dest",
            "nbgrader.converters.base:BaseConverter.init_notebooks",
            "nbgrader.converters.base:BaseConverter.set_permissions",
        ),
        "grading.autograde.autograde_command",
        "folders, permissions and the messages on missing submissions stay nbgrader's",
    ),
    Reliance(
        "nbgrader",
        (
            "nbgrader.coursedir:CourseDirectory.get_existing_timestamp",
            "nbgrader.converters.base:BaseConverter.init_destination",
        ),
        "grading.autograde.intake.hand_in_time",
        "times of handing in are read as strictly everywhere, and no file of a student's stops it",
        "new_timestamp = self.coursedir.get_existing_timestamp(src)",
        changes=True,
    ),
    Reliance(
        "nbgrader",
        (
            "nbgrader.preprocessors:AssignLatePenalties.init_plugin",
            "nbgrader.preprocessors:AssignLatePenalties._check_late_penalty",
        ),
        "grading.autograde.saving",
        "late penalties are the plugin's that nbgrader is set up with",
    ),
    Reliance(
        "nbgrader",
        (
            "nbgrader.api:Gradebook.update_or_create_submission",
            "nbgrader.api:Gradebook.update_or_create_student",
        ),
        "grading.autograde.saving",
        "its commits in the middle become flushes, so that a submission is one transaction",
        "self.db.commit()",
        changes=True,
    ),
    Reliance(
        "nbgrader",
        ("nbgrader.preprocessors:GetGrades._get_score",),
        "grading.pages.feedback",
        "the page says whether a person still has to mark an answer",
    ),
    Reliance(
        "nbgrader",
        ("nbgrader.preprocessors:LimitOutput.preprocess_cell",),
        "grading.autograde.outcome",
        "long outputs are cut as nbgrader cuts them, outside of its exporter",
    ),
    Reliance(
        "nbconvert",
        (
            "nbconvert.filters.markdown_mistune:IPythonRenderer",
            "nbconvert.filters.markdown_mistune:InvalidNotebook",
            "nbconvert.filters.markdown_mistune:MarkdownWithMath.DEFAULT_PLUGINS",
        ),
        "grading.pages.markdown",
        "students' Markdown is rendered as everywhere in Jupyter, then cleaned",
    ),
    Reliance(
        "nbconvert",
        ("nbconvert.filters.highlight:_pygments_highlight",),
        "grading.pages.safe_notebook",
        "a cell's metadata say in which language it is coloured: very long ones in none",
        'language = metadata["magics_language"]',
    ),
    Reliance(
        "nbgrader",
        ("nbgrader.server_extensions.formgrader:handlers",),
        "grading.pages.exporter",
        "templates of ours lie under the names of nbgrader's, and are found first",
        changes=True,
        template="templates/formgrade/index.html.j2",
        text="{%- extends 'nbconvert/templates/classic/index.html.j2' -%}",
    ),
    Reliance(
        "jupyter_client",
        (
            "jupyter_client:AsyncKernelManager.kernel_spec",
            "jupyter_client:AsyncKernelManager.client_factory",
            "jupyter_client.asynchronous:AsyncKernelClient.wait_for_ready",
            "jupyter_client.provisioning:LocalProvisioner.launch_kernel",
        ),
        "grading.sandbox.kernels",
        "a kernel is started by the sandbox's supervisor, and known to be ready at its first word",
    ),
    Reliance(
        "ipykernel",
        ("ipykernel.ipkernel:IPythonKernel", "ipykernel.kernelbase:Kernel.dispatch_shell"),
        "grading.examiner.kernel_end",
        "a question is a message of a type of its own, answered by a handler of ours",
        "handler = self.shell_handlers.get(msg_type, None)",
        changes=True,
    ),
    Reliance(
        "jupyter_client",
        ("jupyter_client.session:Session.feed_identities", "jupyter_client.session:DELIM"),
        "grading.examiner.exchange",
        "of a message only the frames that are needed are read, within limits",
    ),
    Reliance(
        "zmq",
        ("zmq:Socket.bind", "zmq:USE_FD"),
        "grading.sandbox.server",
        "a kernel listens on sockets that were made outside of its sandbox",
        changes=True,
    ),
)


def apply():
    """Have nbgrader's commands, and the formgrader's buttons, use this course's classes."""
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp
    import nbgrader.apps.generatefeedbackapp
    from nbgrader.coursedir import CourseDirectory

    from grading.autograde.autograde_command import CourseAutograde
    from grading.autograde.intake.hand_in_time import handed_in_at
    from grading.nbgrader_hooks import formgrader
    from grading.nbgrader_hooks.feedback_command import CourseFeedback

    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):
        module.Autograde = CourseAutograde
    for module in (nbgrader.apps.api, nbgrader.apps.generatefeedbackapp):
        module.GenerateFeedback = CourseFeedback
    CourseFeedback.prepare = staticmethod(apply)
    CourseDirectory.get_existing_timestamp = lambda self, folder: handed_in_at(folder)
    formgrader.register()


def broken(reliance):
    """Say what of a reliance does not hold any more; empty when all does."""
    for name in reliance.names:
        module, _, path = name.partition(":")
        found = importlib.import_module(module)
        for part in path.split("."):
            found = inspect.getattr_static(found, part, None)
            if found is None:
                return f"there is no {name}"
    if reliance.template:
        file = Path(importlib.import_module(module).__file__).parent / reliance.template
        if not file.is_file() or reliance.text not in file.read_text(encoding="utf-8"):
            return f"{reliance.template} of {module} does not hold {reliance.text!r}"
    if reliance.source:
        found = getattr(found, "fget", found)
        if reliance.source not in inspect.getsource(inspect.unwrap(found)):
            return f"the source of {name} does not contain {reliance.source!r}"
    return ""
