"""Trials asked for and told a second, and intermediate values a second, by Optuna on its journal file: its storage for many
processes without a database server. Each operation is synced, as VaeSweep's are.

64 workers in four processes: one interpreter runs one of its threads at a time.
"""
import multiprocessing
import sys
import threading
import time

import optuna
from optuna.storages import JournalFileStorage, JournalStorage

PROCESSES, THREADS, PATH, TRIALS, REPORTS = 4, 16, sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def storage():
    return JournalStorage(JournalFileStorage(PATH))


def work(name, trials):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.load_study(study_name=name, storage=storage())

    def some():
        for _ in range(trials // THREADS):
            trial = study.ask()
            study.tell(trial, trial.suggest_float("x", 0, 1))

    threads = [threading.Thread(target=some) for _ in range(THREADS)]
    [t.start() for t in threads]
    [t.join() for t in threads]


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(study_name="queue", storage=storage(), sampler=optuna.samplers.RandomSampler(0))
    began = time.monotonic()
    processes = [multiprocessing.Process(target=work, args=("queue", TRIALS // PROCESSES)) for _ in range(PROCESSES)]
    [p.start() for p in processes]
    [p.join() for p in processes]
    done = sum(t.state.is_finished() for t in study.get_trials(deepcopy=False))
    print(done / (time.monotonic() - began))
    trial = study.ask()
    began = time.monotonic()
    for step in range(REPORTS):
        trial.report(-100.0, step)
    print(REPORTS / (time.monotonic() - began))


main()
