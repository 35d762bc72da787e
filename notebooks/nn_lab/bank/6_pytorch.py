"""The bank for `6_pytorch`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

LAST_LAYER = "        nn.Linear(128, 10),\n"
STEP = "                optimizer.step()\n"
TOTAL = "                total += loss.item() * len(rows)  # the last batch may be smaller\n"
ZERO = "                optimizer.zero_grad()  # backward() adds\n"
EPOCH = "        for _ in range(epochs):\n"
ORDER = "torch.randperm(len(X)).split(100)"
KEEP = "total / len(X)"
BAR = '            bar.step(f"cross-entropy {losses[-1]:.4f}")\n'
LOSS = "nn.CrossEntropyLoss()"
ACCURACY = "(predicted == y).double().mean().item()"

#: Mistakes by exercise.
WRONG = {
    "build_model": [
        wrong(
            "softmax at the end",
            LAST_LAYER,
            f"{LAST_LAYER}        nn.Softmax(dim=1),\n",
            says="Your network ends in a softmax, so it gives probabilities. The loss of the next "
            "exercise applies softmax itself, and twice is once too often. What should the last "
            "layer be?",
        ),
        wrong(
            "sigmoid at the end",
            LAST_LAYER,
            f"{LAST_LAYER}        nn.Sigmoid(),\n",
            says="Your network ends in a sigmoid, so all outputs are between 0 and 1. Logits may "
            "be of any size and sign: the softmax in the loss needs room between the classes.",
        ),
        wrong(
            "ReLU at the end",
            LAST_LAYER,
            f"{LAST_LAYER}        nn.ReLU(),\n",
            says="There is a ReLU after your last layer: no logit is ever negative, and a class "
            "at 0 gets no gradient. Activations belong between the layers.",
        ),
        wrong(
            "softmax over the batch",
            LAST_LAYER,
            f"{LAST_LAYER}        nn.Softmax(dim=0),\n",
            says="Your network ends in a softmax along the batch, so the images compete with each "
            "other. An image's logits should depend on that image alone, and no softmax is wanted "
            "here.",
        ),
        wrong(
            "always 784 pixels",
            "nn.Linear(n_features, 128)",
            "nn.Linear(784, 128)",
            says="Your first layer always expects 784 pixels. The digits of scikit-learn have 64: "
            "the number is an argument of your function.",
        ),
        wrong_body(
            "a convolution for 28x28 pixels only",
            """
            return nn.Sequential(
                nn.Unflatten(1, (1, 28, 28)),
                nn.Conv2d(1, 8, 5),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Flatten(),
                nn.Linear(8 * 12 * 12, 10),
            )
            """,
            says="Your convolutional network unfolds every image to 28x28. With 64 pixels that "
            "fails: the side, and the size after the pooling, have to follow from the number of "
            "pixels.",
        ),
        wrong(
            "as many outputs as pixels",
            "nn.Linear(128, 10)",
            "nn.Linear(128, n_features)",
            says="Your last layer has as many outputs as there are pixels, as an autoencoder has. "
            "A classifier has one for each class. How many classes are there?",
        ),
        wrong(
            "one output",
            "nn.Linear(128, 10)",
            "nn.Linear(128, 1)",
            says="Your network gives one number for each image. It should give a logit for each of "
            "the ten classes; the label is found later, as the largest of them.",
        ),
        wrong(
            "the hidden layer as the output",
            LAST_LAYER,
            "",
            says="Your network ends with the hidden layer, and gives as many numbers as that has "
            "units. The layer that makes ten logits of them is missing.",
        ),
        wrong(
            "layers that do not fit",
            "nn.Linear(128, 10)",
            "nn.Linear(100, 10)",
            says="Two of your layers do not fit: one gives 128 numbers, the next expects 100. What "
            "goes out of a layer goes into the next.",
        ),
        wrong(
            "a function that makes the network",
            "return nn.Sequential(",
            "return lambda: nn.Sequential(",
            says="You return a function or a class, from which a network could be made. The "
            "network itself is asked for: one that can be called with images at once.",
        ),
        wrong(
            "nothing returned",
            "return nn.Sequential(",
            "network = nn.Sequential(",
            says="You build the network, but your function ends without giving it back. What does "
            "a Python function return when it says nothing?",
        ),
        wrong_body(
            "a plain list of layers",
            """
            return [nn.Linear(n_features, 128), nn.ReLU(), nn.Linear(128, 10)]
            """,
            says="You return a list of layers. A list cannot be called, and has no parameters to "
            "train. Which part of PyTorch makes a chain of layers one network?",
        ),
        wrong_body(
            "super().__init__() forgotten",
            """
            class Net(nn.Module):
                def __init__(self):
                    self.hidden = nn.Linear(n_features, 128)
                    self.out = nn.Linear(128, 10)

                def forward(self, X):
                    return self.out(torch.relu(self.hidden(X)))

            return Net()
            """,
            says="Your class sets up its layers before PyTorch has set up the module. The class "
            "that yours is derived from has an initialiser, too: it has to run first.",
        ),
        wrong_body(
            "no forward method",
            """
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = nn.Sequential(
                        nn.Linear(n_features, 128), nn.ReLU(), nn.Linear(128, 10)
                    )

                def predict(self, X):
                    return self.layers(X)

            return Net()
            """,
            says="Your class has layers, but PyTorch does not find what to do with an image. When "
            "a module is called, it looks for a method of a certain name. Check its spelling and "
            "its indentation.",
        ),
        wrong_body(
            "dropout that is always on",
            """
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.hidden = nn.Linear(n_features, 128)
                    self.out = nn.Linear(128, 10)

                def forward(self, X):
                    hidden = torch.relu(self.hidden(X))
                    return self.out(nn.functional.dropout(hidden, 0.2))

            return Net()
            """,
            says="Your dropout is a function that does not know the network's mode, so it still "
            "sets numbers to zero in evaluation: the same images give other logits each time. "
            "Tell it the mode, or use the layer.",
        ),
        wrong(
            "normalised by the batch, in evaluation as well",
            "nn.Dropout(0.2)",
            "nn.BatchNorm1d(128, track_running_stats=False)",
            says="Your normalisation keeps no averages, so it uses the batch's own mean in "
            "evaluation mode as well. An image's logits then depend on what else is in the batch.",
        ),
        wrong_body(
            "images centred with the batch's mean",
            """
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = nn.Sequential(
                        nn.Linear(n_features, 128), nn.ReLU(), nn.Linear(128, 10)
                    )

                def forward(self, X):
                    return self.layers(X - X.mean(dim=0))

            return Net()
            """,
            says="Your network subtracts the mean of the images that happen to be in the batch, so "
            "the same image gets other logits in other company. A single image would become all "
            "zeros.",
        ),
        wrong(
            "parameters in double precision",
            "nn.Linear(n_features, 128)",
            "nn.Linear(n_features, 128, dtype=torch.float64)",
            says="Your first layer has parameters in float64, and the images are float32. PyTorch "
            "does not mix the two. Leave the precision as PyTorch chooses it.",
        ),
        wrong(
            "all images in one row",
            "nn.Linear(n_features, 128)",
            "nn.Flatten(0)",
            says="You flatten the batch together with the pixels, so all images become one long "
            "row. The first axis counts the images and has to stay; here the images are flat "
            "already.",
        ),
        wrong_body(
            "softmax in training mode alone",
            """
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.hidden = nn.Linear(n_features, 128)
                    self.out = nn.Linear(128, 10)

                def forward(self, X):
                    logits = self.out(torch.relu(self.hidden(X)))
                    return logits.softmax(dim=1) if self.training else logits

            return Net()
            """,
            says="In training mode your network ends in a softmax, and in evaluation mode it does "
            "not. The loss takes logits, and it is in training mode that the loss is computed.",
        ),
        wrong_body(
            "no notes in forward",
            """
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.hidden = nn.Linear(n_features, 128)
                    self.out = nn.Linear(128, 10)

                @torch.no_grad()
                def forward(self, X):
                    return self.out(torch.relu(self.hidden(X)))

            return Net()
            """,
            says="Your forward switches PyTorch's notes off, so that no parameter ever gets a "
            "gradient. Whoever measures the network switches them off, for that time only.",
        ),
    ],
    "train_model": [
        wrong(
            "gradients never set back to zero",
            "optimizer.zero_grad()",
            "pass",
            says="Your gradients are never set back to zero, and each backward pass adds to what "
            "is there. The steps soon follow the sum of all old batches. Which line has to come "
            "before every backward pass?",
        ),
        wrong(
            "gradients set back once an epoch",
            ZERO,
            "",
            EPOCH,
            f"{EPOCH}            optimizer.zero_grad()\n",
            says="You set the gradients back once an epoch. Within the epoch they add up, from "
            "batch to batch. There is a step after every batch: how often is a fresh start "
            "needed?",
        ),
        wrong(
            "gradients set back before the step",
            STEP,
            f"                optimizer.zero_grad()\n{STEP}",
            says="You set the gradients to zero between the backward pass and the step, so the "
            "step finds nothing to follow, and no parameter moves. In which order do these lines "
            "have to come?",
            like=("no step",),
        ),
        wrong(
            "no step",
            STEP,
            "",
            says="You compute gradients, but no parameter ever moves: the optimiser is never asked "
            "to use them. Print a weight before and after an epoch.",
            like=("gradients set back before the step",),
        ),
        wrong(
            "one step an epoch",
            STEP + TOTAL,
            f"{TOTAL}            optimizer.step()\n",
            says="Your step stands outside the loop over the batches: one step an epoch, and only "
            "with the last batch's gradient. Where does it have to stand to come after every "
            "batch?",
        ),
        wrong(
            "no backward pass",
            "loss.backward()",
            "pass",
            says="Nobody computes the gradients: the optimiser's step finds none and moves "
            "nothing. Which call walks back through the notes of the loss?",
        ),
        wrong(
            "uphill",
            "loss.backward()",
            "(-loss).backward()",
            says="Your loss grows from epoch to epoch: you follow the gradient of minus the loss, "
            "and an optimiser goes downhill by itself.",
        ),
        wrong(
            "softmax before the cross-entropy",
            "model(X[rows])",
            "model(X[rows]).softmax(dim=1)",
            says="You apply softmax before the loss, which applies it as well. Two of them leave "
            "the probabilities nearly even, so the loss stays high and learning is slow. The loss "
            "takes logits.",
        ),
        wrong(
            "a loss that expects log-probabilities, given logits",
            LOSS,
            "nn.NLLLoss()",
            says="Your loss expects logarithms of probabilities, and you give it logits. It only "
            "picks the true class's logit, and can fall without limit below 0. Where is the "
            "softmax?",
        ),
        wrong(
            "squared error",
            LOSS,
            "lambda z, t: ((z - torch.eye(z.shape[1])[t]) ** 2).mean()",
            says="You train with the squared error between logits and one-hot labels. "
            "Cross-entropy is asked for: with zero weights it begins at ln k.",
        ),
        wrong(
            "a sigmoid for each class",
            LOSS,
            "lambda z, t: nn.functional.binary_cross_entropy_with_logits(z, "
            "torch.eye(z.shape[1])[t])",
            says="Your loss is binary cross-entropy, with a sigmoid for each class. The classes "
            "exclude each other, so softmax with cross-entropy is asked for: with zero weights it "
            "begins at ln k, not at ln 2.",
        ),
        wrong(
            "a sum over each batch as the loss",
            LOSS,
            'nn.CrossEntropyLoss(reduction="sum")',
            says="Your loss is a sum over the batch and not a mean, so your numbers are about a "
            "hundred times too large. With zero weights the first one should be near ln k.",
        ),
        wrong(
            "the epoch's sum in place of its mean",
            KEEP,
            "total",
            says="Your numbers are sums over all samples of an epoch. The mean is asked for: by "
            "what is left to divide?",
        ),
        wrong(
            "samples' sums divided by the number of batches",
            KEEP,
            "total / (len(X) / 100)",
            says="You add up the losses of all samples, but divide by the number of batches. Your "
            "numbers are a hundred times too large. What you add and what you divide by have to "
            "be counted alike.",
        ),
        wrong(
            "batches' means divided by the number of samples",
            "loss.item() * len(rows)",
            "loss.item()",
            says="You add one mean for each batch, but divide by the number of samples. Your "
            "numbers are about a hundred times too small. How many numbers did you add?",
        ),
        wrong(
            "the last batch's loss",
            KEEP,
            "loss.item()",
            says="You keep the loss of each epoch's last batch. It jumps about from epoch to "
            "epoch. The mean over all of the epoch's samples is asked for.",
        ),
        wrong(
            "the total never set back",
            "            total = 0.0\n",
            "",
            "    losses = []",
            "    losses = []\n    total = 0.0",
            says="Your losses grow from epoch to epoch, though the network learns: the total goes "
            "on from the epoch before. Where does it have to begin at 0?",
        ),
        wrong(
            "the loss measured after the epoch",
            f"losses.append({KEEP})",
            "losses.append(cross_entropy(model(X), y).item())",
            says="You measure the loss anew after each epoch. Asked for is the mean of what the "
            "batches gave as they went by, while the network was still learning. It costs "
            "no further pass, either.",
        ),
        wrong(
            "tensors in place of numbers",
            KEEP,
            "loss",
            says="Your list holds tensors, each with all its notes for a backward pass, and that "
            "of the last batch at that. Plain numbers are asked for.",
        ),
        wrong(
            "one loss for each batch",
            "                total +=",
            "                losses.append(loss.item())\n                total +=",
            says="Your list has a number for every batch as well. One number an epoch is asked "
            "for: in which of the two loops should the list grow?",
        ),
        wrong(
            "returned after the first epoch",
            f"{BAR}    return losses",
            f"{BAR}            return losses",
            says="Your function returns at the end of the first epoch, because the return stands "
            "inside the loop. Look at its indentation.",
        ),
        wrong(
            "one epoch more",
            "in range(epochs)",
            "in range(epochs + 1)",
            says="You train one epoch more than was asked for. How many numbers does your list "
            "have?",
        ),
        wrong(
            "always ten epochs",
            "in range(epochs)",
            "in range(10)",
            says="You always train ten epochs. The number is an argument: the list should have "
            "just as many losses.",
        ),
        wrong(
            "the last loss alone",
            "    return losses",
            "    return losses[-1]",
            says="You return the loss of the last epoch only. A list with one number for each "
            "epoch is asked for, so that the curve can be drawn.",
        ),
        wrong(
            "nothing returned",
            "    return losses",
            "    return",
            says="You train, but return nothing. The losses of the epochs are asked for, in a "
            "list.",
        ),
        wrong(
            "the network returned",
            "    return losses",
            "    return model",
            says="You return the network. It was trained in place, so the caller has it already; "
            "what the caller lacks are the losses.",
        ),
        wrong(
            "the order of X",
            ORDER,
            "torch.arange(len(X)).split(100)",
            says="Your batches come in the order of X, in every epoch the same. If the images "
            "were sorted by class, each batch would pull towards one digit. A new random order is "
            "asked for.",
        ),
        wrong(
            "one random order for all epochs",
            EPOCH,
            f"        order = {ORDER}\n{EPOCH}",
            f"for rows in {ORDER}",
            "for rows in order",
            says="You draw a random order once and use it in every epoch. A new one is asked for "
            "in each: in which loop does the drawing belong?",
        ),
        wrong(
            "drawn with replacement",
            ORDER,
            "torch.randint(len(X), (len(X),)).split(100)",
            says="You draw each sample afresh, so in an epoch some come twice, and a third never. "
            "An epoch passes once over all of them: shuffle the numbers, do not draw them.",
        ),
        wrong(
            "not repeatable: NumPy's random numbers",
            ORDER,
            "torch.from_numpy(np.random.default_rng().permutation(len(X))).split(100)",
            says="Your order is not drawn from PyTorch's generator, so two runs from the same "
            "manual seed give different networks. Which function of PyTorch draws an order?",
        ),
        wrong(
            "the whole set at once",
            ".split(100)",
            ".split(len(X))",
            says="You take one step an epoch, with all samples at once. Mini-batches of at most "
            "256 were asked for: more steps for the same arithmetic.",
        ),
        wrong(
            "batches of 512",
            ".split(100)",
            ".split(512)",
            says="Your mini-batches have 512 samples. At most 256 were asked for: with few images "
            "there would be hardly any steps.",
        ),
        wrong(
            "half of the images",
            ORDER,
            "torch.randperm(len(X) // 2).split(100)",
            says="Your epochs pass over half of the samples only. How many row numbers do you "
            "shuffle, and how many rows are there?",
        ),
        wrong(
            "the first batch of each epoch only",
            TOTAL,
            f"{TOTAL}                break\n",
            says="Your loop over the batches ends after the first one. An epoch passes over all "
            "samples: what makes the loop stop?",
        ),
        wrong(
            "the last batch left out",
            ORDER,
            f"{ORDER}[:-1]",
            says="You leave out the last batch, which may be smaller, but divide by the number of "
            "all samples. An epoch passes over every sample once.",
        ),
        wrong(
            "images and labels shuffled apart",
            "y[rows]",
            "y[torch.randperm(len(y))[: len(rows)]]",
            says="You draw one order for the images and another for the labels, so each image gets "
            "some other image's label. The loss stays near ln k. What must the two have in "
            "common?",
        ),
        wrong(
            "labels not shuffled with the images",
            f"for rows in {ORDER}",
            f"for rows, same in zip({ORDER}, torch.arange(len(X)).split(100))",
            "y[rows]",
            "y[same]",
            says="You shuffle the images, but take the labels in their old order, so each image "
            "gets some other image's label. The loss stays near ln k. What must the two have in "
            "common?",
        ),
        wrong(
            "evaluation mode",
            "model.train()",
            "model.eval()",
            says="You train in evaluation mode: dropout does nothing, and batch normalisation "
            "learns no averages. Which mode is meant for training?",
        ),
        wrong(
            "the mode is not set",
            "    model.train()\n",
            "",
            says="You train in whatever mode the network comes in. After a measurement that may "
            "be evaluation mode, with dropout off. Set the mode before the loop.",
        ),
        wrong(
            "evaluation mode after the first epoch",
            BAR,
            f"{BAR}            model.eval()\n",
            says="Your network is switched to evaluation mode at the end of an epoch, and not "
            "back. From the second epoch on it is trained without dropout.",
        ),
        wrong(
            "one parameter alone is trained",
            "model.parameters()",
            "[next(model.parameters())]",
            says="Your optimiser knows only the first weight matrix, so all other parameters stay "
            "as they were. Which of them should it be given?",
        ),
        wrong(
            "the last layer alone is trained",
            "model.parameters()",
            "list(model.parameters())[-2:]",
            says="Your optimiser knows the last layer only. The hidden layer stays as it was "
            "drawn, at random. All of the network's parameters should learn.",
        ),
        wrong(
            "a copy is trained",
            "    losses = []",
            "    import copy\n    model = copy.deepcopy(model)\n    losses = []",
            says="You train a copy, or a new network. The one that you were given has learnt "
            "nothing, and the caller has no other. Train that one, in place.",
        ),
        wrong(
            "a tiny learning rate",
            "lr=1e-3",
            "lr=1e-6",
            says="Your learning rate is so small that the network hardly moves in 40 epochs. The "
            "table above names rates that are usual for Adam and for SGD.",
        ),
        wrong(
            "a huge learning rate",
            "lr=1e-3",
            "lr=10.0",
            says="Your learning rate is so large that each step jumps over the valley: the loss "
            "jumps about and does not fall. The table above names rates that are usual for Adam "
            "and for SGD.",
        ),
        wrong(
            "the images changed in place",
            "    losses = []",
            "    X -= X.mean()\n    losses = []",
            says="You change the images in place. They are the caller's, who will measure on them "
            "afterwards. Make a new tensor, or leave them as they are.",
        ),
    ],
    "evaluate": [
        wrong(
            "percent",
            ".mean().item()",
            ".mean().item() * 100",
            says="Your accuracy is in percent. A fraction between 0 and 1 is asked for.",
        ),
        wrong(
            "a count in place of a fraction",
            ".mean()",
            ".sum()",
            says="You return how many images are classified rightly. The fraction is asked for: "
            "of how many?",
        ),
        wrong(
            "the error rate",
            "predicted == y",
            "predicted != y",
            says="You return the fraction of wrong answers. The accuracy is the fraction of right "
            "ones.",
        ),
        wrong(
            "whole-number division",
            ACCURACY,
            "float((predicted == y).sum().item() // len(y))",
            says="You divide without a remainder, so the accuracy is 0 unless all answers are "
            "right. Which sign of division keeps the fraction?",
        ),
        wrong(
            "rounded",
            ".mean().item()",
            ".mean().round().item()",
            says="You round the accuracy to 0 or 1. Round only when you print, if at all.",
        ),
        wrong(
            "the loss in place of the accuracy",
            f"return {ACCURACY}",
            "with torch.no_grad():\n        return nn.functional.cross_entropy(model(X), y).item()",
            says="You return the mean cross-entropy. The accuracy is asked for: for how many "
            "images is the largest logit that of the true class?",
        ),
        wrong(
            "the largest along the images",
            "argmax(dim=1)",
            "argmax(dim=0)",
            says="You find, for each class, the image with the largest logit. Asked for is the "
            "class of each image. Which dimension runs over the classes?",
        ),
        wrong(
            "the largest logit itself",
            "argmax(dim=1)",
            "max(dim=1).values",
            says="You compare the largest logits with the labels. The maximum gives you two "
            "things, the values and where they stand. Which of the two is a class?",
        ),
        wrong(
            "the largest of all logits",
            "argmax(dim=1)",
            "argmax()",
            says="Without a dimension you get one number: the place of the largest logit of all "
            "images together. Each image has a largest of its own.",
        ),
        wrong(
            "counted in a byte",
            ACCURACY,
            "np.sum((predicted == y).numpy(), dtype=np.uint8) / len(y)",
            says="You count the right answers in a type of 8 bits, which begins at 0 again after "
            "255. With few images nobody sees it.",
        ),
        wrong(
            "the smallest logit",
            "argmax",
            "argmin",
            says="You choose the class with the smallest logit, which is the least probable one.",
        ),
        wrong(
            "labels counted from one",
            "argmax(dim=1)",
            "argmax(dim=1) + 1",
            says="Your predicted labels are too large by one. Classes are counted from 0, as the "
            "columns of the logits are.",
        ),
        wrong(
            "softmax along the images",
            "model(X).argmax",
            "model(X).softmax(dim=0).argmax",
            says="Your softmax runs along the images, so the scores of one image are no longer "
            "compared with each other. Does softmax along the classes change which is the "
            "largest? Then you may leave it out.",
        ),
        wrong(
            "training mode",
            "    model.eval()\n",
            "",
            says="You measure in the mode in which the network comes. In training mode dropout is "
            "still on, and batch normalisation learns from the test images. Was the switch really "
            "called, with its brackets?",
        ),
        wrong(
            "left in evaluation mode",
            "    model.train(was_training)\n",
            "",
            says="You leave the network in evaluation mode. If it came in training mode, its "
            "training would go on without dropout. Note the mode first, and give it back.",
        ),
        wrong(
            "always left in training mode",
            "model.train(was_training)",
            "model.train()",
            says="You always leave the network in training mode, also if it came in evaluation "
            "mode. Note the mode first, and give that back.",
        ),
        wrong(
            "gradients on",
            "torch.no_grad()",
            "torch.enable_grad()",
            says="PyTorch still keeps its notes for a backward pass that never comes. Evaluation "
            "mode does not switch them off: that is a thing of its own, and has to enclose the "
            "pass.",
        ),
        wrong(
            "the first hundred images against all labels",
            "model(X)",
            "model(X[:100])",
            says="You ask the network about the first hundred images only, and compare with all "
            "labels. Every image counts.",
        ),
        wrong(
            "the first batch alone",
            ".double().mean().item()",
            ".double().split(250)[0].mean().item()",
            says="Your accuracy is that of the first batch. Is there a return inside the loop, or "
            "a count that is overwritten? Every image counts.",
        ),
        wrong(
            "the mean of the batches' accuracies",
            ACCURACY,
            "np.mean([each.double().mean().item() for each in (predicted == y).split(100)])",
            says="You average the accuracies of the batches. The last batch is smaller, so its "
            "images count for more than others. Count right answers, and divide once.",
        ),
        wrong(
            "averages learnt from the test images",
            "    model.eval()\n",
            "    model.train()\n    model(X)\n    model.eval()\n",
            says="You pass the test images through the network in training mode, and its batch "
            "normalisation learns from them: the averages have moved. It has to be as before.",
        ),
        wrong(
            "the images changed in place",
            "    model.eval()",
            "    X /= X.max()\n    model.eval()",
            says="You change the images in place. The caller still needs them, and the network was "
            "trained on others. Ask it about the images as they are.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "build_model": [
        right(
            "a class with batch normalisation",
            """
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
        ),
        right(
            "layers with names of their own",
            """
        from collections import OrderedDict

        layers = OrderedDict(
            first=nn.Linear(n_features, 60), bend=nn.Tanh(), last=nn.Linear(60, 10)
        )
        return nn.Sequential(layers)
        """,
        ),
        right(
            "one layer, softmax regression",
            """
        return nn.Linear(n_features, 10)
        """,
        ),
        right(
            "a convolutional network for any square",
            """
        side = int(round(n_features**0.5))
        rest = side // 2
        return nn.Sequential(
            nn.Unflatten(1, (1, side, side)),
            nn.Conv2d(1, 6, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(6 * rest * rest, 10),
        )
        """,
        ),
        right(
            "layers in a loop, initial weights of its own",
            """
        from torch.nn import init

        sizes = [n_features, 100, 50, 10]
        layers = []
        for i, (wide, narrow) in enumerate(zip(sizes[:-1], sizes[1:])):
            linear = nn.Linear(wide, narrow)
            init.kaiming_normal_(linear.weight)
            init.zeros_(linear.bias)
            layers.append(linear)
            if i < len(sizes) - 2:
                layers += [nn.LayerNorm(narrow), nn.GELU(), nn.Dropout(p=0.1)]
        print(len(layers), "layers")
        return nn.Sequential(*layers)
        """,
        ),
        right(
            "a shortcut past the hidden layers, functional dropout",
            """
        import torch.nn.functional as F

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.ModuleList([nn.Linear(n_features, 40), nn.Linear(40, 40)])
                self.out = nn.Linear(40, 10, bias=False)
                self.shortcut = nn.Linear(n_features, 10)

            def forward(self, images):
                hidden = images
                for layer in self.layers:
                    hidden = F.dropout(F.leaky_relu(layer(hidden)), 0.2, self.training)
                return self.out(hidden) + self.shortcut(images)

        return Net()
        """,
        ),
    ],
    "train_model": [
        right_edit(
            "mixed precision",
            "                loss = cross_entropy(model(X[rows]), y[rows])\n",
            '                with torch.autocast("cpu", dtype=torch.bfloat16):\n'
            "                    loss = cross_entropy(model(X[rows]), y[rows])\n",
        ),
        right(
            "torch.func: the slopes of a function of the parameters",
            """
        from torch.func import functional_call, grad_and_value

        def loss_of(parameters, images, labels):
            logits = functional_call(model, parameters, (images,))
            return nn.functional.cross_entropy(logits, labels)

        step = grad_and_value(loss_of)
        model.train()
        losses = []
        for _ in range(epochs):
            costs = []
            for rows in torch.randperm(len(X)).split(64):
                parameters = {name: p.detach() for name, p in model.named_parameters()}
                slopes, cost = step(parameters, X[rows], y[rows])
                with torch.no_grad():
                    for name, p in model.named_parameters():
                        p -= 0.1 * slopes[name]
                costs.append(cost.item())
            losses.append(sum(costs) / len(costs))
        return losses
        """,
        ),
        right(
            "DataLoader, SGD, log-softmax",
            """
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
        ),
        right(
            "SGD with momentum, functional cross-entropy, shuffled copies",
            """
        import torch.nn.functional as F

        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        losses = np.zeros(epochs)
        model.train()
        for epoch in range(epochs):
            order = torch.randperm(len(y))
            images, labels = X[order], y[order]
            for first in range(0, len(y), 128):
                batch = slice(first, first + 128)
                loss = F.cross_entropy(
                    model(images[batch]), labels[batch], reduction="sum"
                )
                optimizer.zero_grad(set_to_none=False)
                (loss / len(labels[batch])).backward()
                optimizer.step()
                losses[epoch] += float(loss.detach())
        return losses / len(y)
        """,
        ),
        right(
            "one-hot labels, AdamW, gradients set back after the step",
            """
        optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
        losses = []
        for epoch in range(epochs):
            model.train(True)
            batches = []
            for rows in torch.split(torch.randperm(X.size(0)), 50):
                logits = model(X[rows])
                one_hot = nn.functional.one_hot(y[rows], logits.shape[1]).float()
                loss = nn.CrossEntropyLoss()(logits, one_hot)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                batches.append(loss.item())
            losses.append(sum(batches) / len(batches))
            print(f"epoch {epoch + 1}: {losses[-1]:.3f}")
        return tuple(losses)
        """,
        ),
        right(
            "steps by hand, without an optimiser",
            """
        parameters = list(model.parameters())
        model.train()
        losses = []
        for _ in range(epochs):
            seen, total = 0, 0.0
            for rows in torch.randperm(len(X)).chunk(max(2, -(-len(X) // 64))):
                Z = model(X[rows])
                wanted = Z.gather(1, y[rows].unsqueeze(1)).squeeze(1)
                loss = (torch.logsumexp(Z, dim=1) - wanted).mean()
                for parameter, slope in zip(parameters, torch.autograd.grad(loss, parameters)):
                    parameter.data.sub_(0.1 * slope)
                total += float(loss) * len(rows)
                seen += len(rows)
            losses.append(total / seen)
        return losses
        """,
        ),
        right(
            "a trainer class, NLL loss after log-softmax, a scheduler",
            """
        from torch import optim
        from torch.utils.data import BatchSampler, RandomSampler

        class Trainer:
            def __init__(self):
                self.optimizer = optim.Adam(model.parameters(), lr=3e-3)
                self.scheduler = optim.lr_scheduler.StepLR(self.optimizer, 20, gamma=0.5)
                self.loss = nn.NLLLoss()

            def step(self, rows):
                model.zero_grad()
                cost = self.loss(nn.LogSoftmax(dim=1)(model(X[rows])), y[rows])
                cost.backward()
                self.optimizer.step()
                return cost.item()

            def epoch(self):
                model.train()
                batches = BatchSampler(RandomSampler(range(len(X))), 80, drop_last=False)
                costs = [self.step(rows) * len(rows) / len(X) for rows in batches]
                self.scheduler.step()
                return sum(costs)

        trainer = Trainer()
        return [trainer.epoch() for _ in range(epochs)]
        """,
        ),
    ],
    "evaluate": [
        right(
            "batches, inference mode, softmax",
            """
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
        ),
        right(
            "NumPy for the comparison, the mode given back whatever happens",
            """
        before = model.training
        try:
            model.eval()
            with torch.no_grad():
                logits = model(X).numpy()
        finally:
            model.train(before)
        return np.mean(np.argmax(logits, axis=1) == y.numpy())
        """,
        ),
        right(
            "a decorated helper and DataLoader",
            """
        from torch.utils.data import DataLoader, TensorDataset

        @torch.no_grad()
        def count():
            right = 0
            for images, labels in DataLoader(TensorDataset(X, y), batch_size=64):
                _, best = torch.max(model(images), 1)
                right += best.eq(labels).sum().item()
            return right

        mode = model.training
        model.eval()
        found = count() / X.shape[0]
        model.train(mode=mode)
        print(f"accuracy {found:.3f}")
        return found
        """,
        ),
        right(
            "image by image, gradients switched off",
            """
        modes = [(module, module.training) for module in model.modules()]
        model.eval()
        answers = []
        with torch.set_grad_enabled(False):
            for image, label in zip(X, y):
                answers.append(model(image[None]).argmax().item() == label.item())
        for module, mode in modes:
            module.training = mode
        return sum(answers) / len(answers)
        """,
        ),
        right(
            "a class for the mode, the best by topk",
            """
        class Measuring:
            def __enter__(self):
                self.mode = model.training
                model.eval()

            def __exit__(self, *problem):
                model.train(self.mode)

        with Measuring(), torch.no_grad():
            best = model(X).topk(1, dim=1).indices[:, 0]
        hits = torch.count_nonzero(best == y)
        return float(hits) / len(y)
        """,
        ),
    ],
}
