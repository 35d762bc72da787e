"""Attacks on the messages between the notebook's process and the grader."""
# ruff: noqa: E501  (code of students reads best unbroken)

from attacks.model import ALL, Attack

ATTACKS = [
    Attack(
        "session-send",
        "the kernel's session sends full marks in place of every result",
        setup="""
        points = @POINTS@
        session = get_ipython().kernel.session
        send = session.send

        def lie(stream, message, content=None, *a, **k):
            source = get_ipython().user_ns["In"][-1]
            full = next((p for e, p in points.items() if f"credit(test_{e})" in source), None)
            for part in (message, content):
                part = part.get("content", part) if isinstance(part, dict) else {}
                if full is not None and "text/plain" in str(part.get("data", "")):
                    part["data"] = {"text/plain": str(float(full))}
            return send(stream, message, content, *a, **k)

        session.send = lie
        """,
        attacked=ALL,
    ),
    Attack(
        "iopub",
        "the answer sends a result of its own while it is called",
        attacked=("cost",),
        bodies={
            "cost": """
            kernel = get_ipython().kernel
            content = {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}
            kernel.session.send(
                kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell")
            )
            return 0.0
            """
        },
    ),
    Attack(
        "later-thread",
        "a thread goes on sending results for whatever cell runs",
        setup="""
        import threading, time
        kernel = get_ipython().kernel

        def forge():
            for _ in range(400):
                time.sleep(0.01)
                content = {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}
                kernel.session.send(
                    kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell")
                )

        threading.Thread(target=forge, daemon=True).start()
        """,
        attacked=("cost",),
    ),
    Attack(
        "numbers",
        "prints marks, displays marks, ends cells in marks",
        attacked=("cost",),
        bodies={
            "cost": "print(2.0)\nprint('cost: 4 of 4 checks passed')\ndisplay(2.0)\nreturn 0.0"
        },
        cells={
            "error_terms": """
            def error_terms(W2, a2, a3, Y):
                return None

            print("error_terms: 6 of 6 checks passed")
            5.0
            """
        },
        marks={"error_terms": 0},
        paid=False,
    ),
    Attack(
        "credit-object",
        "answers with Credit objects, and ends its cell in one",
        attacked=("cost",),
        cells={
            "cost": """
            from checks import Credit

            def cost(a3, Y):
                return Credit(2)

            Credit(2)
            """
        },
        paid=False,
    ),
    Attack(
        "replies",
        "what evaluates the grader's questions answers them all with the same nonsense",
        setup="""
        shell = get_ipython()
        data = {"application/json": {"value": '{"a": ["<f8", [], "AAAAAAAAAAA="]}'}}
        answer = {"status": "ok", "data": data, "metadata": {}}
        real = type(shell).user_expressions
        type(shell).user_expressions = lambda self, asked: {name: answer for name in asked}
        """,
        attacked=ALL,
        paid=False,
    ),
    Attack(
        "huge-replies",
        "answers the grader's questions with 100 MB, a million levels, NaN, no JSON at all",
        setup="""
        shell = get_ipython()
        bad = ["[" * 1_000_000, '{"f": 1e999}', '{"a": ["<f8", [1e9], ""]}', "NaN", "9" * 10_000]
        texts = ["x" * 100_000_000, *bad]

        def lie(self, asked):
            text = texts.pop(0)
            texts.extend(bad if not texts else [])
            data = {"application/json": {"value": text}}
            return {name: {"status": "ok", "data": data, "metadata": {}} for name in asked}

        type(shell).user_expressions = lie
        """,
        attacked=ALL,
        paid=False,
    ),
    Attack(
        "references",
        "answers with references to things that it may make up as it goes",
        setup="""
        shell = get_ipython()
        reference = '{"ref": {"number": 1, "kind": "ndarray", "callable": true}}'
        answer = {"status": "ok", "data": {"application/json": {"value": reference}}, "metadata": {}}
        names = '{"d": [["cost", %s], ["forward", %s], ["print", %s], ["credit", %s], ["np", %s]]}' % ((reference,) * 5)
        first = {"status": "ok", "data": {"application/json": {"value": names}}, "metadata": {}}

        def lie(self, asked):
            return {n: first if "begin" in str(e) else answer for n, e in asked.items()}

        type(shell).user_expressions = lie
        """,
        attacked=ALL,
        paid=False,
    ),
    Attack(
        "server",
        "looks for the grader's code in its own process, and has every check answered by it",
        setup="""
        import sys

        class Agreeable:
            def __call__(self, *a, **k): return self
            def __getattr__(self, name): return self

        def infect(*_):
            for name, module in list(sys.modules.items()):
                if "examin" in name:
                    for key, value in list(vars(module).items()):
                        if key in ("serve", "encode", "decode", "report"):
                            setattr(module, key, Agreeable())
        get_ipython().events.register("pre_execute", infect)
        """,
        attacked=ALL,
        paid=False,
    ),
    Attack(
        "fork",
        "leaves a forked process behind that holds the kernel's sockets",
        setup="""
        import os, time
        pid = os.fork()
        if pid == 0:
            open("/proc/self/comm", "w").write("@TAG@")
            time.sleep(40)
            os._exit(0)
        """,
        attacked=("cost",),
        paid=False,
    ),
]
