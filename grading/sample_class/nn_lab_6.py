"""Answers to `6_pytorch` written otherwise, and the made-up class's mistakes."""

from grading.sample_class.student import Mistakes

#: Right answers, each the whole body of its function.
WRITTEN_OTHERWISE = {
    "build_model": """
        class Net(nn.Module):
            def __init__(self, n):
                super().__init__()
                self.norm = nn.BatchNorm1d(n)
                self.hidden = nn.Linear(n, 64)
                self.out = nn.Linear(64, 10)

            def forward(self, X):
                return self.out(torch.tanh(self.hidden(self.norm(X))))

        return Net(n_features)
        """,
    "train_model": """
        from torch.utils.data import DataLoader, TensorDataset

        loader = DataLoader(TensorDataset(X, y), batch_size=64, shuffle=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        history = []
        for epoch in range(epochs):
            model.train()
            costs = []
            for images, labels in loader:
                optimizer.zero_grad()
                log_p = torch.log_softmax(model(images), dim=1)
                cost = -log_p[torch.arange(len(labels)), labels].mean()
                cost.backward()
                optimizer.step()
                costs.append(cost.detach().numpy())
            history.append(np.mean(costs))
        return history
        """,
    "evaluate": """
        mode = model.training
        model.train(False)
        right = 0
        with torch.inference_mode():
            for images, labels in zip(X.split(100), y.split(100)):
                p = torch.softmax(model(images), dim=1)
                right += int((p.max(dim=1).indices == labels).sum())
        if mode:
            model.train()
        return right / len(y)
        """,
}

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "emil": Mistakes(
        edits={"evaluate": ("model(X).argmax(dim=1)", "model(X).argmax(dim=1) + 1")},
        loses={"evaluate": 2},
    ),
    "fatima": Mistakes(
        edits={
            "build_model": (
                "        nn.Linear(128, 10),\n",
                "        nn.Linear(128, 10),\n        nn.Softmax(dim=1),\n",
            )
        },
        loses={"build_model": 1},
    ),
    "hana": Mistakes(
        edits={"train_model": ("optimizer.zero_grad()", "pass")},
        loses={"train_model": 1},
    ),
}
