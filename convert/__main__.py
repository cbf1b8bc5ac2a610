"""The converter's command line: python -m convert train | quantize | evaluate | detector | ..."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.errors import MirrorError
from edge.paths import MODELS

# The torch backend trains Keras nets slowly (see nets.py), and only TensorFlow converts.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from convert import commands
from convert.nodes import NET_NAMES, NODES, TEACHERS, TRIALS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, else 1 (130 on Ctrl-C) with one line on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("convert").setLevel(logging.INFO)
    options = _parser().parse_args(arguments)
    try:
        answer = options.run(options)
        if answer is not None:
            print(answer, flush=True)
    except KeyboardInterrupt:
        print("convert: stopped; a training goes on after its last epoch", file=sys.stderr)
        return 130
    except MirrorError as error:
        print(f"convert: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"convert: {error}; install the train extra: docs/training.md", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as in `evaluate ... | head`
        sys.stderr.close()
        return 1
    except OSError as error:  # a full disk, a folder that is not ours
        print(f"convert: {error.filename or 'output'}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, got {text!r}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m convert", description=__doc__)
    found = parser.add_subparsers(required=True)

    def add(
        name: str, text: str, run: Callable[[argparse.Namespace], object]
    ) -> argparse.ArgumentParser:
        command = found.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument(
            "--data", nargs="+", type=Path, required=True, help="zips or folders with a labels.csv"
        )
        return command

    train = add("train", "train a node's network", _train)
    quantize = add("quantize", "turn a trained network into a .tflite with its card", _quantize)
    evaluate = add(
        "evaluate", "measure a node's .tflite, as shipped, on labelled pictures", _evaluate
    )
    everything = add("all", "train and quantize every node", _all)
    report = add("report", "evaluate every node and write docs/models.md", _report)
    for command, nodes in (
        (train, [*NODES, *TRIALS, *TEACHERS]),
        (quantize, NODES),
        (evaluate, NODES),
    ):
        command.add_argument("node", choices=nodes, metavar="NODE", help=", ".join(nodes))
    for command in (train, quantize):
        command.add_argument("--net", choices=NET_NAMES, default="ours", help="default: ours")
    for command in (train, everything):
        command.add_argument("--epochs", type=_positive, help="default: the node's own number")
        command.add_argument("--seed", type=int, help="default: the node's own number")
        command.add_argument("--out", type=Path, help="where checkpoints and Keras files go")
    everything.add_argument(
        "--models",
        type=Path,
        help="where the .tflite files go; default: models_tflite beside the checkpoints, so that "
        "those that ship are replaced only when they are named",
    )
    quantize.add_argument(
        "--weights", type=Path, help="Keras file; default: that of a training without --out"
    )
    quantize.add_argument("--out", type=Path, help="default: the node's folder in models_tflite")
    evaluate.add_argument("--split", required=True, help="value in the split column: val, ...")
    evaluate.add_argument("--json", action="store_true", help="all figures, as JSON")
    evaluate.add_argument("--models", type=Path, default=MODELS, help="default: models_tflite")
    detector = add("detector", "port the Caffe face detector to int8 TFLite", _detector)
    detector.add_argument("--out", type=Path, default=MODELS, help="default: models_tflite")
    measured = add(
        "detector-report", "measure the face detector and write docs/detectors.md", _detector_report
    )
    for command in (report, measured):
        command.add_argument("--out", type=Path, default=Path("docs"), help="default: docs")
    return parser


def _train(options: argparse.Namespace) -> None:
    commands.train(
        options.node,
        commands.open_data(options.data),
        net=options.net,
        epochs=options.epochs,
        seed=options.seed,
        out=options.out,
    )


def _quantize(options: argparse.Namespace) -> str:
    report = commands.quantize(
        options.node,
        commands.open_data(options.data),
        net=options.net,
        weights=options.weights,
        out=options.out,
    )
    return commands.one_line(report)


def _evaluate(options: argparse.Namespace) -> str:
    report = commands.evaluate(
        options.node, commands.open_data(options.data), options.split, options.models
    )
    return json.dumps(report) if options.json else commands.one_line(report)


def _all(options: argparse.Namespace) -> None:
    data = commands.open_data(options.data)
    models = options.models or commands.trainings(options.out) / "models_tflite"
    for teacher in TEACHERS:
        commands.train(teacher, data, epochs=options.epochs, seed=options.seed, out=options.out)
    for node in NODES:
        weights = commands.train(
            node, data, epochs=options.epochs, seed=options.seed, out=options.out
        )
        commands.quantize(node, data, weights=weights, out=models / node)


def _report(options: argparse.Namespace) -> None:
    from convert.report import write_report

    write_report(commands.open_data(options.data), options.out)


def _detector(options: argparse.Namespace) -> None:
    from convert.detector import convert

    convert(commands.open_data(options.data).sets, options.out)


def _detector_report(options: argparse.Namespace) -> None:
    from convert.detector_report import write_report

    write_report(options.data, options.out)


if __name__ == "__main__":
    sys.exit(main())
