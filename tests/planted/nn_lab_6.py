"""Wrong answers to `6_pytorch`, as edits of its solutions."""

LAST_LAYER = "        nn.Linear(128, 10),\n"
STEP = "                optimizer.step()\n"
TOTAL = "                total += loss.item() * len(rows)  # the last batch may be smaller\n"
LOSS = "cross_entropy(model(X[rows]), y[rows])"
ORDER = "torch.randperm(len(X)).split(100)"
KEEP = "total / len(X)"

# For each exercise: what the mistake is, the solution's text, and what stands there instead.
EDITS = {
    "build_model": [
        ("softmax at the end", LAST_LAYER, f"{LAST_LAYER}        nn.Softmax(dim=1),\n"),
        ("sigmoid at the end", LAST_LAYER, f"{LAST_LAYER}        nn.Sigmoid(),\n"),
        ("ReLU at the end", LAST_LAYER, f"{LAST_LAYER}        nn.ReLU(),\n"),
        ("softmax over the batch", LAST_LAYER, f"{LAST_LAYER}        nn.Softmax(dim=0),\n"),
        ("always 784 pixels", "nn.Linear(n_features, 128)", "nn.Linear(784, 128)"),
        ("as many outputs as inputs", "nn.Linear(128, 10)", "nn.Linear(128, n_features)"),
        ("one output", "nn.Linear(128, 10)", "nn.Linear(128, 1)"),
        ("hidden layer as output", LAST_LAYER, ""),
        ("layers that do not fit", "nn.Linear(128, 10)", "nn.Linear(100, 10)"),
        ("the class alone", "return nn.Sequential(", "return lambda: nn.Sequential("),
        (
            "the batch's own mean, always",
            "nn.Dropout(0.2)",
            "nn.BatchNorm1d(128, track_running_stats=False)",
        ),
        (
            "doubles",
            "nn.Linear(n_features, 128)",
            "nn.Linear(n_features, 128, dtype=torch.float64)",
        ),
        ("all images in one row", "nn.Linear(n_features, 128)", "nn.Flatten(0)"),
    ],
    "train_model": [
        ("gradients never zeroed", "optimizer.zero_grad()", "pass"),
        (
            "gradients zeroed before the step",
            STEP,
            f"                optimizer.zero_grad()\n{STEP}",
        ),
        ("no step", STEP, ""),
        ("a step an epoch", STEP + TOTAL, f"{TOTAL}            optimizer.step()\n"),
        ("no backward", "loss.backward()", "pass"),
        ("uphill", "loss.backward()", "(-loss).backward()"),
        ("softmax before the cross-entropy", "model(X[rows])", "model(X[rows]).softmax(dim=1)"),
        (
            "squared error",
            "cross_entropy = nn.CrossEntropyLoss()",
            "cross_entropy = lambda z, t: ((z - torch.eye(z.shape[1])[t]) ** 2).mean()",
        ),
        ("no softmax at all", "nn.CrossEntropyLoss()", "nn.NLLLoss()"),
        ("a sum instead of a mean", KEEP, "total"),
        ("the mean of the batches' sums", KEEP, "total / (len(X) / 100)"),
        ("the last batch's loss", KEEP, "loss.item()"),
        ("tensors", KEEP, "loss"),
        (
            "one loss a batch",
            "                total +=",
            "                losses.append(loss.item())\n                total +=",
        ),
        ("one epoch more", "in range(epochs)", "in range(epochs + 1)"),
        ("always ten epochs", "in range(epochs)", "in range(10)"),
        ("the last loss alone", "    return losses", "    return losses[-1]"),
        ("nothing returned", "    return losses", "    return"),
        ("the order of X", ORDER, "torch.arange(len(X)).split(100)"),
        ("with replacement", ORDER, "torch.randint(len(X), (len(X),)).split(100)"),
        (
            "one order for all",
            "        for _ in range(epochs):",
            "        for _ in range(epochs):\n            torch.manual_seed(1)",
        ),
        ("the whole set at once", ".split(100)", ".split(len(X))"),
        ("half of the images", ORDER, "torch.randperm(len(X) // 2).split(100)"),
        ("images and labels apart", "y[rows]", "y[torch.randperm(len(y))[: len(rows)]]"),
        ("evaluation mode", "model.train()", "model.eval()"),
        ("no mode", "    model.train()\n", ""),
        (
            "not repeatable",
            ORDER,
            "torch.from_numpy(np.random.default_rng().permutation(len(X))).split(100)",
        ),
        ("the first layer alone", "model.parameters()", "[next(model.parameters())]"),
        (
            "a copy is trained",
            "    losses = []",
            "    import copy\n    model = copy.deepcopy(model)\n    losses = []",
        ),
        ("a tiny learning rate", "lr=1e-3", "lr=1e-6"),
        ("the images are changed", "    losses = []", "    X -= X.mean()\n    losses = []"),
    ],
    "evaluate": [
        ("percent", ".mean().item()", ".mean().item() * 100"),
        ("a count", ".mean()", ".sum()"),
        ("errors", "predicted == y", "predicted != y"),
        ("argmax over the images", "argmax(dim=1)", "argmax(dim=0)"),
        ("the smallest logit", "argmax", "argmin"),
        ("training mode", "    model.eval()\n", ""),
        ("left in evaluation mode", "    model.train(was_training)\n", ""),
        ("always left in training mode", "model.train(was_training)", "model.train()"),
        ("gradients on", "torch.no_grad()", "torch.enable_grad()"),
        ("the first hundred images", "model(X)", "model(X[:100])"),
        (
            "the first batch alone",
            ".double().mean().item()",
            ".double().split(250)[0].mean().item()",
        ),
        (
            "averages learnt from the test images",
            "    model.eval()\n",
            "    model.train()\n    model(X)\n    model.eval()\n",
        ),
        ("the images are changed", "    model.eval()", "    X /= X.max()\n    model.eval()"),
        ("rounded", ".mean().item()", ".mean().round().item()"),
    ],
}
