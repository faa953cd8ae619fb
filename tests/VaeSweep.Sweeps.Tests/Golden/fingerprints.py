"""Writes fingerprints.txt: a trial's fingerprint is the SHA-256 of its identity.

The identity is JSON without blanks whose keys are in ordinal order: every configuration path that applies, but those of checkpoints.
Run it in this folder: python3 fingerprints.py > fingerprints.txt
"""
import hashlib
import json

DEFAULTS = {
    "dataset.binarization": "dynamic", "dataset.classes": [], "dataset.name": "mnist", "dataset.seed": 0, "dataset.test": None,
    "dataset.train": None, "dataset.valid": None, "evaluate.every": 1, "evaluate.importance_samples": 500,
    "evaluate.metrics": ["active_units", "test_elbo", "test_nll"], "model.activation": "softplus", "model.batch_norm": False,
    "model.decoder": "bernoulli", "model.encoder_head": "linear", "model.family": "vae", "model.hidden": [[200, 200]], "model.init": "xavier_normal",
    "model.layers": [50], "model.posterior": "gaussian", "model.prior": "standard", "objective.beta": 1, "objective.bound": "elbo",
    "objective.free_bits": 0, "objective.k": 1, "objective.warmup_epochs": 0, "seed": 0, "train.batch_size": 100, "train.clip": 0, "train.epochs": 300,
    "train.optimizer.adam.betas": [0.9, 0.999], "train.optimizer.adam.eps": 1e-08, "train.optimizer.adam.eps_form": "torch",
    "train.optimizer.adam.lr": 0.001,
}

CASES = [
    {},
    {"seed": 41, "model.layers": [2], "objective.bound": "iwae", "objective.k": 50, "train.optimizer.adam.lr": 0.00025},
    {"dataset.train": 50000, "dataset.valid": 10000, "dataset.classes": [1, 2, 3, 4, 5], "model.hidden": [[300, 300]], "model.batch_norm": True},
    {"dataset.binarization": "none", "dataset.seed": None, "model.decoder": "gaussian", "model.encoder_head": "report",
     "train.optimizer.adam.betas": [0.9, 0.9], "train.optimizer.adam.eps": 0.0001, "train.optimizer.adam.eps_form": "hat"},
    {"evaluate.metrics": ["test_elbo"], "evaluate.importance_samples": None, "objective.beta": 0.1, "objective.warmup_epochs": 100},
]

DROPPED = {"dataset.seed", "evaluate.importance_samples"}

for case in CASES:
    identity = {path: value for path, value in {**DEFAULTS, **case}.items() if not (value is None and path in DROPPED)}
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    print(hashlib.sha256(text.encode()).hexdigest(), text)
