"""Keeps what the packs of sweeps/papers gave, and prints the tables of papers.md: each beside what its paper gives.

    export VAESWEEP=./vaesweep VAESWEEP_STORE=STORE
    python3 docs/papers.py record SWEEP [PACK]     adds a sweep's finished trials to docs/papers/PACK.csv
    python3 docs/papers.py left PACK               the pack's trials that are not in its file yet
    python3 docs/papers.py [PACK...]               prints the tables of docs/papers/*.csv
    python3 docs/papers.py short STORES            prints those of shortened packs, each from STORES/ladder-2-3.db

`vaesweep import PACK docs/papers/PACK.csv` reads such a file: a row for each trial, its settings where they are not those of the
pack's first trial, its scores. Columns that begin with # are for readers. PACK-readings.csv has what is no trial of the pack:
other readings of the paper. Processor seconds are what somebody has measured and written into the file.

A published number belongs to the row that has its settings. Of shortened packs a warm-up is only told from none, and phases by
what they maximise, because they are shorter there.
"""
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import yaml

PACKS = pathlib.Path(__file__).resolve().parents[1] / "sweeps" / "papers"
KEPT = pathlib.Path(__file__).resolve().parent / "papers"
SHOWN = {
    "bettencourt-craddock-2.1": ["test_elbo"],
    "bettencourt-craddock-3": ["active_units_01", "active_units", "test_nll"],
    "bettencourt-craddock": ["test_nll", "test_elbo", "active_units_01"],
    "ladder-2-3": ["train_nll", "test_nll", "test_elbo"],
    "ladder-table-1": ["test_l1", "test_nll", "active_units"],
    "ladder": ["test_nll", "active_units"],
    "iwae": ["test_nll", "active_units"],
    "notes-uae": ["test_recon", "test_kl"],
    "notes": ["test_elbo", "test_nll", "test_recon", "test_kl", "active_units"],
}

# Figures of what each layer holds.
OF_LAYERS = ["ladder-4", "ladder-5", "ladder-6"]
# Settings that are no part of what is compared: seeds have a column, and how often a trial is measured changes nothing.
IDLE = {"seed", "dataset.seed", "train.checkpoint_epochs", "train.checkpoint_seconds", "evaluate.every", "evaluate.metrics"}
REMARKS = [
    "#samples", "#epochs", "#epoch_seconds", "#wall_seconds", "#processor_seconds", "#attempts", "#sweep", "#stack", "#kernels",
    "#trial",
]


def program(*arguments, store):
    command = [os.environ.get("VAESWEEP", "vaesweep"), *arguments, "--store", str(store)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else sys.exit(done.stderr)


def query(store, sql):
    return [json.loads(line) for line in program("query", sql, "--format", "jsonl", store=store).splitlines() if line.strip()]


def quoted(name):
    return "'" + name.replace("'", "''") + "'"


def layer_kl(store):
    """Nats of each layer at the last epoch."""
    last = "(SELECT max(epoch) FROM units x WHERE x.trial = u.trial)"
    rows = query(store, f"SELECT trial, layer, sum(kl) AS kl FROM units u WHERE epoch = {last} GROUP BY trial, layer")
    return {(row["trial"], row["layer"]): row["kl"] for row in rows}


def setting(config, path):
    """One layer is model.latent in a configuration, several are model.layers."""
    if path == "model.layers" and path not in config:
        return [config["model.latent"]]
    if path == "model.latent" and path not in config:
        return config.get("model.layers")
    return config.get(path)


def aims(phases):
    """What phases maximise, however long they are."""
    return [{path: value for path, value in phase.items() if path.startswith("objective.")} for phase in phases or []]


def belongs(reference, config, shortened):
    def alike(path, wanted):
        own = setting(config, path)
        if shortened and path == "objective.warmup_epochs":
            return bool(own) == bool(wanted)
        return aims(own) == aims(wanted) if path == "train.phases" else own == wanted
    return all(alike(path, wanted) for path, wanted in reference["where"].items())


def text(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and value and isinstance(value[0], dict):
        told = [[f"{path.split('.')[-1]} {text(of)}" for path, of in sorted(phase.items()) if "schedule" not in path]
                for phase in value]
        return "; ".join(map(", ".join, told))
    return str(value).replace("'", "") if isinstance(value, list) else f"{value:g}" if isinstance(value, float) else str(value)


def pack_of(stem):
    """The pack that a sweep, store or file is named after: its name begins with the pack's, or the pack's with it."""
    packs = sorted(PACKS.glob("*.yaml"), key=lambda path: -len(path.stem))
    found = [path for path in packs if stem.startswith(path.stem)] + [path for path in packs if path.stem.startswith(stem)]
    return found[0] if found else sys.exit(f"no pack of {PACKS} is named like {stem}.")


def parsed(trial):
    return {**trial, "config": json.loads(trial["config"]) if isinstance(trial["config"], str) else trial["config"]}


def expanded(pack):
    """A pack's trials."""
    with tempfile.TemporaryDirectory() as folder:
        store = pathlib.Path(folder) / "pack.db"
        program("submit", str(pack), store=store)
        return [parsed(row) for row in query(store, "SELECT trial, seed, config FROM trials ORDER BY trial_index")]


def varying(trials):
    """The paths that differ between them."""
    paths = sorted({path for trial in trials for path in trial["config"]})
    return [path for path in paths if len({json.dumps(trial["config"].get(path)) for trial in trials}) > 1]


# What is kept.

def kept(path):
    if not path.exists():
        return [], []
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames), list(reader)


def is_path(column):
    return "." in column and not column.startswith("#")


def is_metric(column):
    return column != "seed" and "." not in column and not column.startswith("#")


def write(path, rows):
    names = sorted({name for row in rows for name in row})
    columns = [name for name in names if is_path(name)] + ["seed"] + [name for name in names if is_metric(name)]
    columns += [name for name in REMARKS if name in names]
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: [str(row.get(name, "")) for name in columns]))


def flow(value):
    return value if isinstance(value, str) else json.dumps(value)


def record(sweep, pack):
    store, of = os.environ["VAESWEEP_STORE"], f"sweep = {quoted(sweep)}"
    trials = expanded(pack)
    base, own = trials[0]["config"], {trial["trial"] for trial in trials}
    by = set(varying(trials))
    scores, samples = {}, {}
    for row in query(store, f"SELECT trial, metric, value, samples FROM evaluations WHERE {of} AND value IS NOT NULL"):
        scores.setdefault(row["trial"], {})[row["metric"]] = f"{row['value']:.6g}"
        samples[row["trial"]] = max(row["samples"], samples.get(row["trial"], 0))
    took = "sum(julianday(ended_at) - julianday(started_at)) * 86400"
    attempts = query(
        store, f"SELECT trial, count(*) AS attempts, {took} AS wall, max(provenance ->> '$.stack') AS stack,"
        f" max(provenance ->> '$.kernels') AS kernels FROM attempts WHERE {of} GROUP BY trial")
    attempts = {row["trial"]: row for row in attempts}
    added = 0
    columns = "trial, seed, config, seconds, epochs_done, taken_from"
    for trial in query(store, f"SELECT {columns} FROM trials WHERE {of} AND state = 'succeeded' AND imported IS NULL"):
        path = KEPT / f"{pack.stem}{'' if trial['trial'] in own else '-readings'}.csv"
        _, rows = kept(path)
        if any(row["#trial"] == trial["trial"] for row in rows):
            continue
        config, tries = parsed(trial)["config"], attempts.get(trial["trial"], {})
        told = {path for path in config if path in by or json.dumps(config[path]) != json.dumps(base.get(path))} - IDLE
        row = {path: flow(config[path]) for path in told} | {"seed": trial["seed"]} | scores[trial["trial"]] | {
            "#samples": samples[trial["trial"]], "#epochs": trial["epochs_done"],
            "#epoch_seconds": f"{trial['seconds'] or 0:.0f}", "#wall_seconds": f"{tries.get('wall') or 0:.0f}",
            "#processor_seconds": "", "#attempts": tries.get("attempts", ""), "#sweep": trial["taken_from"] or sweep,
            "#stack": tries.get("stack", ""), "#kernels": tries.get("kernels", ""), "#trial": trial["trial"],
        }
        write(path, rows + [row])
        added += 1
    print(f"{added} of {sweep} added to {KEPT.name}/{pack.stem}*.csv")


def left(pack):
    _, rows = kept(KEPT / f"{pack.stem}.csv")
    trials = expanded(pack)
    paths = varying(trials)
    for trial in trials:
        if trial["trial"] not in {row["#trial"] for row in rows}:
            print(trial["trial"], *(f"{path}={flow(trial['config'].get(path))}" for path in paths), sep="  ")


# What is printed.

def value_of(cell):
    """As in a configuration."""
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def flattened(block, before=""):
    """A sweep file's settings by their paths."""
    for name, value in block.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{before}{name}.")
        elif before:
            yield before + name, value


def own_of(definition):
    return flattened({name: of for name, of in definition.items() if name not in ("parameters", "chain", "zip", "table")})


def of_file(path, definition):
    columns, rows = kept(path)
    own = dict(own_of(definition))
    return [{
        "config": {**own, **{name: value_of(row[name]) for name in columns if is_path(name) and row[name]}},
        "scores": {name: float(row[name]) for name in columns if is_metric(name) and row[name]},
        "trial": row["#trial"], "wall": float(row["#wall_seconds"] or 0), "processor": float(row["#processor_seconds"] or 0),
    } for row in rows]


def of_store(store):
    done = "SELECT trial, trial_index, config FROM trials WHERE wanted AND state = 'succeeded' ORDER BY trial_index"
    scores = {}
    for row in query(store, "SELECT trial, metric, value FROM evaluations"):
        scores.setdefault(row["trial"], {})[row["metric"]] = row["value"]
    return [{**parsed(trial), "scores": scores.get(trial["trial"], {})} for trial in query(store, done)]


def spread(values):
    if not values:
        return "-"
    return f"{statistics.mean(values):.2f}" + (f" +- {statistics.stdev(values):.2f}" if len(values) > 1 else "")


def grouped(trials, by):
    groups = {}
    for trial in trials:
        groups.setdefault(json.dumps([setting(trial["config"], path) for path in by]), []).append(trial)
    return list(groups.values())


def minutes(trials, kind):
    return f"{statistics.mean(trial[kind] for trial in trials) / 60:.0f}" if all(trial[kind] for trial in trials) else "-"


def print_table(stem, pack, trials, shortened=False, layers=None):
    definition = yaml.safe_load(pack.read_text())
    by = list(definition["table"]["by"])
    if stem.endswith("-readings"):
        # What the pack itself has everywhere the same.
        common = dict(own_of(definition)).keys() - {path for part in definition.get("chain", []) for path, _ in flattened(part)}
        by += [path for path in varying(trials) if path in common]
    shown = next((metrics for name, metrics in SHOWN.items() if stem.startswith(name)), ["test_nll"])
    references = [reference for reference in definition.get("reference") or [] if reference["metric"] in shown]
    compared = {reference["metric"] for reference in references} if any(
        belongs(reference, trial["config"], shortened) for trial in trials for reference in references) else set()
    kinds = sorted({layer for _, layer in layers or {}})

    head = [path.split(".")[-1] for path in by] + ([] if shortened else ["seeds"])
    for metric in shown:
        head += [metric] + (["theirs", "difference"] if metric in compared else [])
    head += [f"KL of layer {layer}" for layer in kinds] + ([] if shortened else ["minutes: wall", "processor"])
    print("| " + " | ".join(head) + " |\n| " + " | ".join("---" for _ in head) + " |")

    for group in grouped(trials, by):
        config = group[0]["config"]
        row = [text(setting(config, path)) for path in by] + ([] if shortened else [str(len(group))])
        for metric in shown:
            ours = [trial["scores"][metric] for trial in group if trial["scores"].get(metric) is not None]
            row.append(spread(ours))
            if metric in compared:
                theirs = [r["value"] for r in references if r["metric"] == metric and belongs(r, config, shortened)]
                told = [f"{theirs[0]:.2f}", f"{statistics.mean(ours) - theirs[0]:+.2f}"] if theirs and ours else ["-", "-"]
                row += told
        row += [f"{layers.get((group[0]['trial'], layer), float('nan')):.2f}" for layer in kinds]
        print("| " + " | ".join(row + ([] if shortened else [minutes(group, "wall"), minutes(group, "processor")])) + " |")
    print()


def whole(path):
    pack = pack_of(path.stem)
    changes = " --set PATH=VALUE, as the rows have it" if path.stem.endswith("-readings") else ""
    print(f"#### {path.stem}\n\n    vaesweep run sweeps/papers/{pack.name}{changes}\n")
    print_table(path.stem, pack, of_file(path, yaml.safe_load(pack.read_text())))


def short(store):
    pack = pack_of(store.stem)
    definition = query(store, "SELECT definition FROM sweeps")[0]["definition"]
    changes = [line[len("# vaesweep "):] for line in definition.splitlines() if line.startswith("# vaesweep --set ")]
    print(f"#### {pack.stem}\n\n    vaesweep run sweeps/papers/{pack.name} {' '.join(changes)}\n")
    layers = layer_kl(store) if store.stem in OF_LAYERS else {}
    print_table(store.stem, pack, of_store(store), shortened=True, layers=layers)


def main(arguments):
    match arguments:
        case ["record", sweep]:
            record(sweep, pack_of(sweep))
        case ["record", sweep, pack]:
            record(sweep, pack_of(pack))
        case ["left", pack]:
            left(pack_of(pack))
        case ["short", stores]:
            for store in sorted(pathlib.Path(stores).glob("*.db")):
                short(store)
        case [*packs] if not any(name.startswith("-") for name in packs):
            for path in sorted(KEPT.glob("*.csv"), key=lambda path: path.stem):
                if not packs or any(path.stem.startswith(name) for name in packs):
                    whole(path)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
