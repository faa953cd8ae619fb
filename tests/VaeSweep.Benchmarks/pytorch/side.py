"""What every PyTorch side of a benchmark does: one thread, kernels that are named and compute right, a line of work at a time.

A line "NAME NUMBERS..." is answered with one number, most often with the seconds of processor time that the job of that name took.
"""
import ctypes
import os
import sys
import time

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Products(TorchDispatchMode):
    """The matrix products that a job asks for, with the layout of what is multiplied; what is added to them is left out."""

    def __init__(self, job):
        super().__init__()
        self.layouts = []
        with self:
            job()
        factors = {key: (self.like(*key[0]), self.like(*key[1])) for key in set(self.layouts)}
        places = {key: (*pair, torch.matmul(*pair)) for key, pair in factors.items()}
        self.jobs = [places[key] for key in self.layouts]

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        factors = {"aten::mm": arguments, "aten::bmm": arguments, "aten::addmm": arguments[1:], "aten::baddbmm": arguments[1:]}
        multiplied = factors.get(function.name().split(".")[0])
        if multiplied is not None:
            self.layouts.append(tuple((tuple(factor.shape), factor.stride()) for factor in multiplied[:2]))
            return function(*arguments, **(named or {}))
        with self:
            # In inference mode calls such as linear come whole.
            parts = function.decompose(*arguments, **(named or {}))
        return function(*arguments, **(named or {})) if parts is NotImplemented else parts

    @staticmethod
    def like(shape, stride):
        """Random numbers in the same layout; a row that is repeated is multiplied as often as it is there."""
        return torch.randn(shape) if 0 in stride else torch.empty_strided(shape, stride).normal_()

    def run(self, count):
        for _ in range(count):
            for left, right, product in self.jobs:
                torch.matmul(left, right, out=product)


def prepare():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    torch.set_flush_denormal(True)


def blas_kernels():
    """The kernels that OpenBLAS has chosen; which BLAS it is where it is another."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {line.split()[-1] for line in maps if "blas" in line.rsplit("/", 1)[-1]}
    for file in sorted(files):
        try:
            name = ctypes.CDLL(file).openblas_get_corename
        except (OSError, AttributeError):
            continue
        name.restype = ctypes.c_char_p
        return f"OpenBLAS {name().decode()}"
    return "MKL" if torch.backends.mkl.is_available() else "a BLAS without a name"


def description():
    isa = os.environ.get("ATEN_CPU_CAPABILITY", "its own choice of")
    return f"PyTorch {torch.__version__}, {blas_kernels()}, {isa} kernels"


def check_products(jobs):
    """Old OpenBLAS may compute wrong products on processors newer than it: [(a, b)] against sums in float64 that no BLAS has a part in."""
    for a, b in jobs:
        exact = torch.stack([(a.double() * b[:, j].double()).sum(1) for j in range(0, b.shape[1], 7)], 1)
        worst = (torch.mm(a, b)[:, ::7] - exact).abs().max().item()
        if not worst < 1e-2:
            sys.exit(f"{description()}: a product of {tuple(a.shape)} and {tuple(b.shape)} is wrong by {worst}.")


def timed(job, *counts):
    start = time.thread_time()
    job(*counts)
    return time.thread_time() - start


def serve(jobs, questions=None):
    """jobs are timed, questions are answered."""
    print(f"ready {description()}", flush=True)
    for line in sys.stdin:
        name, *counts = line.split()
        counts = [int(count) for count in counts]
        answer = timed(jobs[name], *counts) if name in jobs else questions[name](*counts)
        print(f"{answer:.9f}", flush=True)
