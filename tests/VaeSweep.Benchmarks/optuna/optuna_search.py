"""Optuna's samplers on the functions of SearchBenchmark: median simple regret after 25, 50 and 100 evaluations.

Debian: apt install python3-optuna; /usr/bin/python3 optuna_search.py 40 [FUNCTION...]
"""
import math
import multiprocessing
import statistics
import sys
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
SEEDS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
     [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]


def branin(t):
    x, y = t.suggest_float("x", -5, 10), t.suggest_float("y", 0, 15)
    b, c, s = 5.1 / (4 * math.pi ** 2), 5 / math.pi, 1 / (8 * math.pi)
    return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - s) * math.cos(x) + 10 - 0.39788735772973816


def hartmann6(t):
    x = [t.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    return 3.322368011415512 - sum(
        h * math.exp(-sum(a * (v - 1e-4 * p) ** 2 for a, v, p in zip(ar, x, pr)))
        for h, ar, pr in zip([1, 1.2, 3, 3.2], A, P))


def branch(t):
    rate = t.suggest_float("rate", 1e-5, 1e-1, log=True)
    loss = abs(math.log10(rate / 2e-3))
    if t.suggest_categorical("kind", [0, 1]) == 0:
        return loss + 0.5 + abs(t.suggest_float("first", 0, 1) - 0.3)
    return loss + abs(math.log2(t.suggest_int("second", 1, 64, log=True) / 23)) / 2


def layers(t):
    n = t.suggest_int("layers", 1, 4)
    loss = abs(n - 3) + abs(math.log10(t.suggest_float("rate", 1e-4, 1, log=True)) + 2)
    return loss + sum((t.suggest_float(f"width{d}", 0, 1) - 0.2 * d) ** 2 for d in range(2, 2 + n))


def kinds(t):
    k = t.suggest_categorical("kind", list(range(6)))
    x, y = t.suggest_float(f"x{k}", 0, 1), t.suggest_float(f"y{k}", 0, 1)
    return 0.2 * ((k + 2) % 6) + 3 * ((x - k / 6) ** 2 + (y - 0.5) ** 2)


def run(problem, sampler, devices):
    study = optuna.create_study(sampler=sampler)
    running, best, asked = [], [], 0
    while len(best) < 100:
        if asked < 100 and len(running) < devices:
            trial = study.ask()
            running.append((trial, problem(trial)))
            asked += 1
            continue
        trial, value = running.pop(0)
        study.tell(trial, value)
        best.append(min(value, best[-1] if best else math.inf))
    return best


SAMPLERS = {
    "tpe": lambda s: optuna.samplers.TPESampler(seed=s),
    "tpe joint, liar": lambda s: optuna.samplers.TPESampler(seed=s, multivariate=True, group=True, constant_liar=True),
}


def search(job):
    problem, sampler, devices, seed = job
    return run(problem, SAMPLERS[sampler](seed), devices)


if __name__ == "__main__":
    wanted = sys.argv[2:]
    with multiprocessing.Pool() as pool:
        for problem in (branin, hartmann6, branch, layers, kinds):
            if wanted and problem.__name__ not in wanted:
                continue
            for devices in (1, 8, 16) if problem is hartmann6 else (1, 8):
                for name in SAMPLERS:
                    curves = pool.map(search, [(problem, name, devices, 1000 + s) for s in range(SEEDS)], chunksize=1)
                    q = statistics.quantiles([c[-1] for c in curves], n=4, method="inclusive")
                    print(f"{problem.__name__:12} {devices:9}  Optuna {optuna.__version__} {name} "
                          f"{statistics.median(c[24] for c in curves):7.3f} {statistics.median(c[49] for c in curves):7.3f} "
                          f"{q[1]:7.3f}   [{q[0]:.3f}, {q[2]:.3f}]", flush=True)
