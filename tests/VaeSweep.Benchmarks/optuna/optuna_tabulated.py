"""Optuna's samplers and pruners on the table of TabulatedBenchmark: simple regret after 25, 50 and 100 % of the epochs.

Debian: apt install python3-optuna; /usr/bin/python3 optuna_tabulated.py sweeps/tabulated.csv 100 >tabulated.txt
With a fourth argument, a file of such lines, only those that it lacks are measured.
There are as many epochs as thirty whole trainings have, or one on each device. Every device trains an epoch at a time; a search
names the point that is the best at its last epoch. A line is a sampler, a pruner, devices, and the seeds' regrets.
"""
import csv
import math
import multiprocessing
import statistics
import sys
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
TABLE, SEEDS = sys.argv[1], int(sys.argv[2])
HIDDEN, K, WARMUP = [50, 100, 200], [2, 5, 10], [0, 5, 10]
WEIGHTS = [2, 2, 4, 0.125, 1, 0.25, 0.125, 0.125]


def place(latent, hidden, lr, bound, k, batch_norm, warmup, prior):
    return [math.log(latent / 2) / math.log(32), HIDDEN.index(hidden) / 2, math.log(lr / 1e-4) / math.log(200),
            float(bound == "iwae"), K.index(k) / 2 if bound == "iwae" else None, float(batch_norm), warmup / 10,
            float(prior == "mixture")]


rows = {}
with open(TABLE, encoding="utf-8") as file:
    for row in csv.DictReader(file):
        at = place(int(row["latent"]), int(row["hidden"]), float(row["lr"]), row["bound"],
                   int(row["k"]), row["batch_norm"] == "1", int(row["warmup"]), row["prior"])
        rows.setdefault(tuple(at), []).append([float(v) for v in row["curve"].split()])
PLACES = list(rows)
CURVES = [[statistics.fmean(at) for at in zip(*curves)] for curves in rows.values()]
EPOCHS, BEST = len(CURVES[0]), max(c[-1] for c in CURVES)


def curve(t):
    bound = t.suggest_categorical("bound", ["elbo", "iwae"])
    at = place(t.suggest_int("latent", 2, 64, log=True), t.suggest_categorical("hidden", HIDDEN),
               t.suggest_float("lr", 1e-4, 2e-2, log=True), bound,
               t.suggest_categorical("k", K) if bound == "iwae" else 1, t.suggest_categorical("batch_norm", [False, True]),
               t.suggest_categorical("warmup", WARMUP), t.suggest_categorical("prior", ["standard", "mixture"]))
    return min(range(len(PLACES)), key=lambda i: sum(
        w * abs(a - b) for w, a, b in zip(WEIGHTS, PLACES[i], at) if a is not None and b is not None))


SAMPLERS = {
    "random": lambda s: optuna.samplers.RandomSampler(seed=s),
    "sobol": lambda s: optuna.samplers.QMCSampler(qmc_type="sobol", scramble=True, seed=s),
    "tpe": lambda s: optuna.samplers.TPESampler(seed=s),
    "tpe-joint": lambda s: optuna.samplers.TPESampler(seed=s, multivariate=True, group=True, constant_liar=True),
}
PRUNERS = {
    "none": optuna.pruners.NopPruner,
    "asha": lambda: optuna.pruners.SuccessiveHalvingPruner(min_resource=4, reduction_factor=3),
    "hyperband": lambda: optuna.pruners.HyperbandPruner(min_resource=4, max_resource=EPOCHS, reduction_factor=3),
    "median": lambda: optuna.pruners.MedianPruner(n_warmup_steps=4),
}


def run(job):
    sampler, pruner, devices, seed = job
    budget = max(30, devices) * EPOCHS
    parts = [budget // 4, budget // 2, budget]
    study = optuna.create_study(
        study_name=f"s{seed}", direction="maximize", sampler=SAMPLERS[sampler](seed), pruner=PRUNERS[pruner]())
    running, last, regrets, spent = [], [], [], 0
    while True:
        while len(running) < devices:
            trial = study.ask()
            running.append([trial, curve(trial), 0, len(last)])
            last.append(None)
        for one in running:
            trial, at, done, number = one
            one[2], value = done + 1, CURVES[at][done]
            last[number] = (value, CURVES[at][-1])
            spent += 1
            if spent >= parts[len(regrets)]:
                regrets.append(BEST - max(v for v in last if v)[1])
                if len(regrets) == len(parts):
                    return regrets
            trial.report(value, done + 1)
        left = []
        for trial, at, done, number in running:
            if done == EPOCHS:
                study.tell(trial, CURVES[at][-1])
            elif trial.should_prune():
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            else:
                left.append([trial, at, done, number])
        running = left


if __name__ == "__main__":
    known = []
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as file:
            known = [line.split()[:3] for line in file]
    print(f"# Optuna {optuna.__version__}: {SEEDS} seeds")
    with multiprocessing.Pool() as pool:
        for devices in (1, 8, 64):
            for pruner in PRUNERS:
                for sampler in SAMPLERS:
                    if [sampler, pruner, str(devices)] in known:
                        continue
                    found = pool.map(run, [(sampler, pruner, devices, 1000 + s) for s in range(SEEDS)], chunksize=1)
                    print(sampler, pruner, devices, *(":".join(f"{r:.3f}" for r in one) for one in found), flush=True)
