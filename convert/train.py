"""Training one node: torch in bfloat16, then the weights move into the Keras model that is kept."""

from __future__ import annotations

import copy
import itertools
import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from convert import answers, augment, averages, checkpoint
from convert.biases import affordable, centring, likeliest, sparing
from convert.cycles import learning_rate
from convert.nets import build_torch
from convert.nodes import Node
from convert.samples import Crops
from convert.sampling import chances, prior
from convert.scores import balanced_accuracy
from convert.targets import mixed, taught

log = logging.getLogger(__name__)

BATCH = 128
WEIGHT_DECAY, MOMENTUM = 5e-4, 0.9
THREADS = 1  # two runs side by side use two busy cores better than one run does


class Trainer:
    """One run of training; its state is kept after every epoch, so a stopped run can go on.

    It goes on only with the same plan: all that the outcome depends on.
    """

    def __init__(self, node: Node, folder: Path, *, epochs: Sequence[int], seed: int) -> None:
        """Build the net; `epochs` are those of each cycle of the learning rate."""
        torch.set_num_threads(THREADS)
        torch.manual_seed(seed)
        self._node, self._folder, self._cycles = node, folder, tuple(epochs)
        self._rng = np.random.default_rng(seed)
        self._random = torch.Generator().manual_seed(seed)
        self.net = build_torch(node.net, node.crop.size, node.channels, len(node.labels))
        self.net = self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean_net = copy.deepcopy(self.net).eval()  # the moving average: what is kept
        self._optimizer = torch.optim.SGD(
            self.net.parameters(),
            node.net.rate,
            momentum=MOMENTUM,
            weight_decay=WEIGHT_DECAY,
            nesterov=True,
        )
        self._teachers: list[nn.Module] = []
        self._epoch = 0
        self._ends: list[dict[str, torch.Tensor]] = []  # what was kept at the end of each cycle
        self._plan = {"node": repr(node), "epochs": repr(self._cycles), "seed": str(seed)}

    def _take_up(self) -> None:
        """Go on with the run that stopped in the folder, if it had the same plan."""
        state = checkpoint.load(self._folder)
        if state is None:
            return
        if state["plan"] == self._plan:
            self._restore(state)
        else:
            told = "%s: of another node, seed, start or teacher, or of other epochs or pictures"
            log.info(f"{told}: starting anew", self._folder / checkpoint.CHECKPOINT)

    def _restore(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.mean_net.load_state_dict(state["mean_net"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._rng.bit_generator.state = state["rng"]
        self._random.set_state(state["random"])
        torch.set_rng_state(state["dropout"])
        self._epoch, self._ends = state["epoch"], state["ends"]

    def _save(self) -> None:
        state = {
            "plan": self._plan,
            "net": self.net.state_dict(),
            "mean_net": self.mean_net.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "rng": self._rng.bit_generator.state,
            "random": self._random.get_state(),
            "dropout": torch.get_rng_state(),
            "epoch": self._epoch,
            "ends": self._ends,
        }
        checkpoint.save(self._folder, state)

    def start_from(self, folder: Path) -> None:
        """Begin with another node's features; its last layer is left out."""
        self._plan["start"] = checkpoint.give(self.net, folder, last=False)
        self.mean_net.load_state_dict(self.net.state_dict())

    def start_from_trunk(self, train: Crops, cache: Path) -> None:
        """Begin with what the trunk has learned; its file is fetched once, and kept in `cache`."""
        from convert import faces

        some = self._rng.choice(len(train.images), BATCH)
        faces.load(self.net, cache)
        faces.normalize(self.net, self._changed(train.images[some]))
        self.mean_net.load_state_dict(self.net.state_dict())

    def learn_from(self, teacher: Node, folder: Path) -> None:
        """Learn from the answers of another node's network too.

        It sees the same changed pictures (Beyer et al., Knowledge Distillation: A Good Teacher
        Is Patient and Consistent, CVPR 2022).
        """
        net = build_torch(teacher.net, teacher.crop.size, teacher.channels, len(teacher.labels))
        self._plan[f"teacher {len(self._teachers)}"] = checkpoint.give(net, folder)
        net = net.to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        self._teachers.append(net)

    def run(self, train: Crops, val: Crops) -> None:
        """Train until the last epoch, from where a run with this plan stopped; it tells the log.

        Raises OSError when the folder cannot be written to, ModelError when its state is damaged.
        """
        node = self._node
        draw = chances(node, train)
        self._plan["pictures"] = checkpoint.fingerprint(train.images, train.targets, draw)
        self._folder.mkdir(parents=True, exist_ok=True)  # not after an hour
        self._take_up()
        length = -(-len(draw) // BATCH) * BATCH
        steps, epochs = length // BATCH, sum(self._cycles)
        step = self._epoch * steps
        while self._epoch < epochs:
            started, losses = time.monotonic(), []
            for index in self._batches(draw, length):
                rate = learning_rate(step / steps, self._cycles, node.restart)
                for group in self._optimizer.param_groups:
                    group["lr"] = node.net.rate * rate
                x = self._changed(train.images[index])
                losses.append(self._step(x, torch.from_numpy(train.targets[index]), step))
                step += 1
            self._epoch += 1
            if self._epoch in itertools.accumulate(self._cycles):
                self._ends.append(copy.deepcopy(self.mean_net.state_dict()))
            self._save()
            logits = self.predict(val.images)
            found, truth = logits.argmax(1), val.targets.argmax(1)
            log.info(
                "epoch %d/%d  loss %.3f  val %.4f  balanced %.4f  %.0f s",
                self._epoch,
                epochs,
                np.mean(losses),
                float((found == truth).mean()),
                balanced_accuracy(truth, found),
                time.monotonic() - started,
            )
        if node.average:
            averages.take_mean(self.mean_net, self._ends)

    def _batches(self, draw: np.ndarray, length: int) -> Iterator[np.ndarray]:
        order = self._rng.choice(len(draw), length, p=draw)
        yield from order.reshape(-1, BATCH)

    def _changed(self, images: np.ndarray) -> torch.Tensor:
        """Training crops as the net is to see them, each time another way."""
        node = self._node
        x = augment.augment(
            images,
            node.crop.size,
            node.channels,
            node.tint,
            self._rng,
            self._random,
            beards=node.beards,
        )
        first, last = node.net.margin, node.crop.size - node.net.margin
        return x[..., first:last, first:last]

    def _step(self, x: torch.Tensor, targets: torch.Tensor, step: int) -> float:
        self.net.train()
        if self._node.mix:
            x, targets = mixed(x, targets, self._node.mix, self._rng)
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            if self._teachers:
                targets = taught(targets, self._teachers, x)
            logits = self.net(x)
        loss = functional.cross_entropy(
            logits.float(), targets, label_smoothing=self._node.smoothing
        )
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self._optimizer.step()
        averages.follow(self.mean_net, self.net, step, self._node.net.decay)
        return loss.item()

    def fit(self, val: Crops) -> None:
        """Shift the last biases to where the targets of val are likeliest."""
        self._shift(likeliest(self.predict(val.images), val.targets))

    def adjust(self, train: Crops, val: Crops) -> float:
        """Shift the last biases towards labels drawn rarely.

        How far towards these, in [0, 1]: as far as accuracy on val can bear (Menon et al.,
        Long-Tail Learning via Logit Adjustment, ICLR 2021). Labels drawn more often than the
        average one keep their order among themselves.
        """
        share = prior(self._node, train) * len(self._node.labels)
        offset = np.log(np.clip(share, 1e-6, 1))
        tau = affordable(self.predict(val.images), val.targets.argmax(1), offset)
        self._shift(-tau * offset)
        return tau

    def centre(self, val: Crops) -> float:
        """Shift the last biases of two labels to even odds on val, or near; how far.

        As `centring` says, or `sparing` if the node is.
        """
        logits, truth = self.predict(val.images), val.targets.argmax(1)
        if self._node.sparing:
            shift = sparing(logits, truth)
        else:
            shift = centring(logits[:, 1] - logits[:, 0], truth)
        self._shift(np.array([-shift / 2, shift / 2]))
        return shift

    def _shift(self, biases: np.ndarray) -> None:
        """Add to the last layer's biases."""
        last = self.mean_net[-1]
        assert isinstance(last, nn.Linear)
        with torch.no_grad():
            last.bias.add_(torch.from_numpy(biases).float())

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Logits (N, labels) float32 of run-time crops (N, H, W, 3) uint8 BGR."""
        node = self._node
        return answers.logits(self.mean_net, images, node.channels, node.net)
