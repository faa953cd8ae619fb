#!/bin/bash
# Builds libvaesweep_torch.so against the libtorch of this machine.
#   build.sh [outdir]        outdir: artifacts/native at the top of the repository
# libtorch is taken from VAESWEEP_LIBTORCH (a folder with include/ and lib/), else from an installed Python PyTorch, else from the system.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-$here/../../../artifacts/native}
mkdir -p "$out"; out=$(cd "$out" && pwd)

explain() {
    cat >&2 <<EOF
build.sh: $1
Looked in VAESWEEP_LIBTORCH (${VAESWEEP_LIBTORCH:-not set}), in python3 and /usr/bin/python3 for a PyTorch, and in /usr/include with the system's libraries.
One of these helps:
  apt-get install libtorch-dev                       (Debian's libtorch, CPU)
  pip install torch                                  (any PyTorch from 1.13 on, with CUDA where it has it)
  VAESWEEP_LIBTORCH=/path/to/libtorch build.sh       (an unpacked libtorch with include/ and lib/)
EOF
    exit 1
}

include= lib= abi=1 origin=
accept() { # prefix, origin
    local prefix=$1 l
    [ -f "$prefix/include/ATen/ATen.h" ] || return 1
    for l in "$prefix/lib" "$prefix/lib64"; do
        [ -f "$l/libtorch_cpu.so" ] || continue
        include="$prefix/include;$prefix/include/torch/csrc/api/include"; lib=$l; origin=$2
        return 0
    done
    return 1
}

if [ -n "${VAESWEEP_LIBTORCH:-}" ]; then
    accept "$VAESWEEP_LIBTORCH" VAESWEEP_LIBTORCH || explain "VAESWEEP_LIBTORCH=$VAESWEEP_LIBTORCH has no include/ATen/ATen.h or no lib/libtorch_cpu.so."
    # A libtorch without PyTorch does not say which C++ ABI it has; its symbols do.
    if ! grep -aq "NSt7__cxx1112basic_string" "$lib/libc10.so"; then abi=0; fi
else
    for python in python3 /usr/bin/python3; do
        answer=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__)); print(int(torch._C._GLIBCXX_USE_CXX11_ABI))' 2>/dev/null) || continue
        prefix=$(head -n 1 <<<"$answer")
        # Debian's PyTorch has no headers of its own: it uses the system's libtorch, which is found below.
        if accept "$prefix" "$python"; then abi=$(tail -n 1 <<<"$answer"); break; fi
    done
    if [ -z "$lib" ] && [ -f /usr/include/ATen/ATen.h ]; then
        for l in "/usr/lib/$(uname -m)-linux-gnu" /usr/lib64 /usr/lib /usr/local/lib; do
            [ -f "$l/libtorch_cpu.so" ] || continue
            include="/usr/include;/usr/include/torch/csrc/api/include"; lib=$l; origin=system
            break
        done
    fi
fi
[ -n "$lib" ] || explain "no libtorch with headers was found."
for tool in cmake g++; do command -v "$tool" >/dev/null || explain "$tool is missing (apt-get install cmake g++)."; done
# /usr/include is where the compiler looks anyway, and naming it again breaks #include_next.
include=${include/#\/usr\/include;/}

# PyTorch from pip has no CUDA headers; those of NVIDIA's own packages lie beside it, a toolkit's wherever it was installed.
cuda=
if [ -f "$lib/libtorch_cuda.so" ]; then
    for folder in "$lib/../../nvidia/cuda_runtime/include" "$lib"/../../nvidia/cu*/include "${CUDA_HOME:-/nonexistent}/include" /usr/local/cuda/include; do
        if [ -f "$folder/cuda_runtime_api.h" ]; then cuda=$(cd "$folder" && pwd); include="$include;$cuda"; break; fi
    done
    if [ -z "$cuda" ] && [ ! -f /usr/include/cuda_runtime_api.h ]; then
        echo "note: no cuda_runtime_api.h was found (CUDA_HOME, /usr/local/cuda, NVIDIA's Python packages): memory of a GPU is not given back between jobs."
    fi
fi

stamp=$( (cat "$here"/*.cpp "$here"/*.h "$here"/kernels/*.h "$here/CMakeLists.txt"; printf '%s\n' "$include" "$lib" "$abi"; stat -L -c '%n %s %Y' "$lib"/libtorch_cpu.so "$lib"/libc10.so; g++ -dumpfullversion) | sha256sum | cut -d' ' -f1)
if [ -f "$out/libvaesweep_torch.so" ] && [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then
    echo "libvaesweep_torch.so is up to date ($origin: $lib)"
    exit 0
fi

echo "building libvaesweep_torch.so against $lib ($origin)"
generator=(); command -v ninja >/dev/null && generator=(-G Ninja)
work=$out/build
rm -rf "$work"
cmake -S "$here" -B "$work" "${generator[@]}" -DLIBTORCH_INCLUDE="$include" -DLIBTORCH_LIB="$lib" -DLIBTORCH_CXX11_ABI="$abi" >"$out/cmake.log" 2>&1 \
    || { cat "$out/cmake.log" >&2; exit 1; }
cmake --build "$work" --parallel "$(nproc)" >"$out/build.log" 2>&1 || { cat "$out/build.log" >&2; exit 1; }
# Moved into place in one step: a trainer that is starting sees the old library or the new one, never half of one.
cp "$work/libvaesweep_torch.so" "$out/.libvaesweep_torch.so.new"
mv -f "$out/.libvaesweep_torch.so.new" "$out/libvaesweep_torch.so"
echo "$stamp" >"$out/stamp"
echo "built $out/libvaesweep_torch.so"
