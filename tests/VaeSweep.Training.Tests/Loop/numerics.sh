#!/bin/sh
# Writes numerics.txt, which NumericsTests reads: a hash of what short trainings compute with each width of kernels that this processor has, so run it on one
# that has them all. Build VaeSweep.Training.Tests first. A new hash needs a new Numerics.Number.
set -eu
here=$(dirname "$(realpath "$0")")
trainer="${1:-$here/../bin/Release/net10.0/VaeSweep.TestTrainer.dll}"
number=$(sed -n 's/.*const int Number = \([0-9]*\);.*/\1/p' "$here/../../../src/VaeSweep.Training/Numerics.cs")
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 ATEN_CPU_CAPABILITY=default MKL_CBWR=COMPATIBLE
{
    echo "numerics $number"
    for kernels in avx512 avx2 base; do
        VAESWEEP_CPU=$kernels dotnet "$trainer" numerics
    done
} > "$here/numerics.txt.new"
mv "$here/numerics.txt.new" "$here/numerics.txt"
