#!/bin/bash
# Proves VaeSweep on a machine with an NVIDIA GPU and a Python with a CUDA PyTorch of the version that TorchSharp was built against (pip install torch==2.10.*).
# It needs no .NET and no compiler there.
#   tests/gpu.sh pack [OUT]     with .NET: makes the archive OUT (artifacts/gpu.tar.xz), to be copied to that machine
#   tests/gpu.sh [ARCHIVE]      runs the tests that need a GPU on PyTorch's libtorch, and the step benchmark beside PyTorch's eager steps.
#                               Takes ARCHIVE, or the folder that this script was unpacked into, or builds from the repository, or takes artifacts/gpu.tar.xz.
# VAESWEEP_TEST_DEVICE=cpu lets the CPU stand in for the GPU; VAESWEEP_PYTHON names a Python with PyTorch; VAESWEEP_BENCH adds benchmark options.
# Ends with 0 when everything passed, 1 when something failed, 3 when there is no GPU.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
limit=60000000
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 VAESWEEP_CALLED_AS=${VAESWEEP_CALLED_AS:-$0}

say() { printf 'gpu.sh: %s\n' "$*" >&2; }
die() { say "$2"; exit "$1"; }

# All into one folder: they share the runtime, and the tests start the program that lies beside them. Not trimmed, since the test framework and
# the configuration reader look types up by name.
publish() { # folder
    local project
    command -v dotnet >/dev/null || die 2 "building needs the .NET 10 SDK."
    mkdir -p "$root/artifacts"
    for project in tests/VaeSweep.Gpu.Tests tests/VaeSweep.Gpu.Benchmark src/VaeSweep.Cli; do
        say "publishing $project"
        dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained -p:DebugType=none -p:DebugSymbols=false \
            -p:SatelliteResourceLanguages=en -p:GenerateDocumentationFile=false -o "$1/app" -v quiet -nologo >"$root/artifacts/gpu-publish.log" 2>&1 \
            || { grep -E 'error' "$root/artifacts/gpu-publish.log" | sort -u | head -n 20 >&2; die 1 "publishing failed; the whole log is $root/artifacts/gpu-publish.log"; }
    done
    find "$1/app" \( -name '*.pdb' -o -name 'createdump' -o -name 'libmscordbi.so' -o -name 'libmscordaccore.so' \) -delete
    cp "$here/gpu.sh" "$1/gpu.sh"
    cp "$root/LICENSE" "$1/"
}

pack() { # archive
    local archive=$1 stage size
    [ -f "$root/VaeSweep.sln" ] || die 2 "packing needs the repository; this is $here."
    mkdir -p "$root/artifacts" "$(dirname "$archive")"
    stage=$(mktemp -d "$root/artifacts/gpu-stage.XXXXXX")
    trap 'rm -rf "$stage"' EXIT
    publish "$stage/vaesweep-gpu"
    # The other machine's PyTorch has the libtorch; what goes is TorchSharp's shim.
    find "$stage/vaesweep-gpu/app/libtorch" -type f ! -name libLibTorchSharp.so ! -name build-version -delete
    tar -C "$stage" -c vaesweep-gpu | xz -6 -T0 >"$archive.new"
    mv -f "$archive.new" "$archive"
    rm -rf "$stage"
    trap - EXIT
    size=$(stat -c %s "$archive")
    echo "$archive: $((size / 100000 / 10)).$((size / 100000 % 10)) MB"
    [ "$size" -le $limit ] || die 1 "the archive is larger than $((limit / 1000000)) MB."
}

unpack() { # archive; sets home
    unpacked=$(mktemp -d "${TMPDIR:-/tmp}/vaesweep-gpu.XXXXXX")
    trap 'rm -rf "$unpacked"' EXIT
    tar -C "$unpacked" -xJf "$1"
    home=$unpacked/vaesweep-gpu
}

find_python() {
    local python
    for python in ${VAESWEEP_PYTHON:-python3 /usr/bin/python3}; do
        if "$python" -c 'import torch' 2>/dev/null; then command -v "$python"; return; fi
    done
    return 1
}

find_gpu() { # python; prints what PyTorch sees, fails when that is nothing
    "$1" -c '
import sys, torch
count = torch.cuda.device_count() if torch.cuda.is_available() else 0
for i in range(count):
    p = torch.cuda.get_device_properties(i)
    print(f"cuda:{i} {p.name}, {p.total_memory / 2**30:.0f} GiB")
if not count:
    print(f"PyTorch {torch.__version__} (CUDA {torch.version.cuda}) sees no GPU")
sys.exit(0 if count else 1)'
}

prove() {
    local python gpus device log line code=0 passed=0 failed=0 total skipped broken rows
    python=$(find_python) || die 3 "no Python with PyTorch was found (python3, /usr/bin/python3); VAESWEEP_PYTHON names one."
    device=${VAESWEEP_TEST_DEVICE:-cuda:0}
    if gpus=$(find_gpu "$python"); then
        echo "$gpus"
    elif [ "${device%%:*}" = cuda ]; then
        die 3 "$gpus. VAESWEEP_TEST_DEVICE=cpu proves everything but the GPU itself."
    else
        echo "$gpus; the CPU stands in for it"
    fi
    export VAESWEEP_TEST_DEVICE=$device VAESWEEP_PYTHON=$python CI=true

    mkdir -p "$home/out"
    # PyTorch's libtorch has CUDA; the program's own, where it is there, has not. The program refuses one of another version, with both versions.
    if [ "${device%%:*}" = cuda ] || [ ! -f "$home/app/libtorch/libtorch_cpu.so" ]; then
        VAESWEEP_LIBTORCH=${VAESWEEP_LIBTORCH:-$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')}
        export VAESWEEP_LIBTORCH
        echo "libtorch of $VAESWEEP_LIBTORCH"
    fi

    log=$home/out/tests.log
    chmod +x "$home/app/VaeSweep.Gpu.Tests" "$home/app/VaeSweep.Gpu.Benchmark" "$home/app/vaesweep"
    "$home/app/VaeSweep.Gpu.Tests" -noColor >"$log" 2>&1 || code=$?
    line=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1 || true)
    number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$line"; }
    if [ -n "$line" ]; then
        total=$(number Total) failed=$(($(number Failed) + $(number Errors))) skipped=$(number Skipped)
        passed=$((total - failed - skipped))
        [ "$skipped" -eq 0 ] || { echo "$skipped skipped:"; grep -A1 -E '\[SKIP\]' "$log" | sed 's/^ */  /'; }
        [ $code -eq 0 ] || [ $failed -gt 0 ] || failed=1
    else
        failed=1
    fi
    [ $failed -eq 0 ] || grep -vE 'InvokeStub|at System\.' "$log" | tail -n 80

    # On a GPU a skipped test is one that was promised and not run.
    broken=0
    if [ "${device%%:*}" = cuda ] && [ "${skipped:-0}" -gt 0 ]; then broken=1; fi

    code=0
    # shellcheck disable=SC2086
    "$home/app/VaeSweep.Gpu.Benchmark" "device=$device" packs=1,8,32 ${VAESWEEP_BENCH:-} | tee "$home/out/bench.log" || code=$?
    rows=$(grep -cE '^(1|8|32) ' "$home/out/bench.log" || true)
    if [ $code -eq 0 ] && [ "$rows" -eq 3 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED  the step benchmark (code $code)"; fi

    failed=$((failed + broken))
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}

if [ "${1:-}" = pack ]; then
    pack "$(realpath -m "${2:-$root/artifacts/gpu.tar.xz}")"
    exit
fi

if [ -n "${1:-}" ]; then
    [ -f "$1" ] || die 2 "there is no archive $1."
    unpack "$1"
elif [ -d "$here/app" ]; then
    home=$here
elif command -v dotnet >/dev/null && [ -f "$root/VaeSweep.sln" ]; then
    home=$root/artifacts/gpu
    rm -rf "$home"
    mkdir -p "$home"
    publish "$home"
elif [ -f "$root/artifacts/gpu.tar.xz" ]; then
    unpack "$root/artifacts/gpu.tar.xz"
else
    die 2 "there is neither .NET nor $root/artifacts/gpu.tar.xz. Make it elsewhere with 'tests/gpu.sh pack' and copy it here."
fi
prove
