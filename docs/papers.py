"""Prints the tables of papers.md: what each pack of sweeps/papers gave, beside what its paper gives.

    VAESWEEP=./vaesweep /usr/bin/python3 docs/papers.py STORES

STORES holds one SQLite store for each pack, named like the beginning of the pack's file: ladder-2-3.db. What was changed of a pack with --set is read from the store.
A published number belongs to the row that has its settings; a warm-up is only told from none and phases by what they maximise, because shortened
runs have shorter ones.
"""
import json
import os
import pathlib
import subprocess
import sys

import yaml

PACKS = pathlib.Path(__file__).resolve().parents[1] / "sweeps" / "papers"
SHOWN = {
    "bettencourt-craddock-2.1": ["test_elbo"], "bettencourt-craddock-3": ["active_units_01", "active_units", "test_nll"], "ladder-2-3": ["train_nll", "test_nll", "test_elbo"],
    "ladder-table-1": ["test_l1", "test_nll", "active_units"], "iwae": ["test_nll", "active_units"], "ladder": ["test_nll", "active_units"], "notes-uae": ["test_recon", "test_kl"],
    "notes": ["test_elbo", "test_nll", "test_recon", "test_kl", "active_units"], "bettencourt-craddock": ["test_nll", "test_elbo", "active_units_01"],
}

# Figures of what each layer holds.
OF_LAYERS = ["ladder-4", "ladder-5", "ladder-6"]


def query(store, sql):
    command = [os.environ.get("VAESWEEP", "vaesweep"), "query", sql, "--store", str(store), "--format", "jsonl"]
    return [json.loads(line) for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines() if line.strip()]


def layer_kl(store):
    """Nats of each layer at the last epoch."""
    rows = query(store, "SELECT u.trial, u.layer, sum(u.kl) AS kl FROM units u WHERE u.epoch = (SELECT max(epoch) FROM units x WHERE x.trial = u.trial) GROUP BY u.trial, u.layer")
    return {(row["trial"], row["layer"]): row["kl"] for row in rows}


def setting(config, path):
    """One layer is model.latent in a configuration, several are model.layers."""
    if path == "model.layers" and path not in config:
        return [config["model.latent"]]
    if path == "model.latent" and path not in config:
        return config["model.layers"]
    return config.get(path)


def aims(phases):
    """What phases maximise, however long they are."""
    return [{path: value for path, value in phase.items() if path.startswith("objective.")} for phase in phases or []]


def belongs(reference, config):
    def alike(path, wanted):
        own = setting(config, path)
        if path == "objective.warmup_epochs":
            return bool(own) == bool(wanted)
        return aims(own) == aims(wanted) if path == "train.phases" else own == wanted
    return all(alike(path, wanted) for path, wanted in reference["where"].items())


def text(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "; ".join(", ".join(f"{path.split('.')[-1]} {text(of)}" for path, of in sorted(phase.items()) if "schedule" not in path) for phase in value)
    return str(value).replace("'", "") if isinstance(value, list) else f"{value:g}" if isinstance(value, float) else str(value)


def table(store):
    pack = next(path for path in sorted(PACKS.glob("*.yaml")) if path.stem.startswith(store.stem))
    references = yaml.safe_load(pack.read_text()).get("reference") or []
    by = yaml.safe_load(pack.read_text())["table"]["by"]
    shown = next((metrics for name, metrics in SHOWN.items() if store.stem.startswith(name)), ["test_nll"])
    definition = query(store, "SELECT definition FROM sweeps")[0]["definition"]
    changes = [line[len("# vaesweep "):] for line in definition.splitlines() if line.startswith("# vaesweep --set ")]
    trials = query(store, "SELECT trial, trial_index, config FROM trials WHERE wanted AND state = 'succeeded' ORDER BY trial_index")
    scores = {(row["trial"], row["metric"]): row["value"] for row in query(store, "SELECT trial, metric, value FROM evaluations")}
    print(f"#### {pack.stem}\n\n    vaesweep run sweeps/papers/{pack.name} {' '.join(changes)}\n")
    layers = layer_kl(store) if store.stem in OF_LAYERS else {}
    published = any(belongs(reference, trial["config"]) for trial in map(parsed, trials) for reference in references if reference["metric"] in shown)
    head = [path.split(".")[-1] for path in by]
    for metric in shown:
        head += [metric] + (["theirs", "difference"] if published and any(r["metric"] == metric for r in references) else [])
    head += [f"KL of layer {layer}" for layer in sorted({layer for _, layer in layers})]
    print("| " + " | ".join(head) + " |\n| " + " | ".join("---" for _ in head) + " |")
    for trial in map(parsed, trials):
        row = [text(setting(trial["config"], path)) for path in by]
        for metric in shown:
            ours = scores.get((trial["trial"], metric))
            row.append("-" if ours is None else f"{ours:.2f}")
            if published and any(r["metric"] == metric for r in references):
                theirs = next((r["value"] for r in references if r["metric"] == metric and belongs(r, trial["config"])), None)
                row += ["-", "-"] if theirs is None or ours is None else [f"{theirs:.2f}", f"{ours - theirs:+.2f}"]
        row += [f"{layers.get((trial['trial'], layer), float('nan')):.2f}" for layer in sorted({layer for _, layer in layers})]
        print("| " + " | ".join(row) + " |")
    print()


def parsed(trial):
    return {**trial, "config": json.loads(trial["config"]) if isinstance(trial["config"], str) else trial["config"]}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.db")):
        table(path)
