#include "vs_kernels.h"

#include <cstdlib>
#include <cstring>

namespace vs {

const Kernels& kernels() {
    static const Kernels& chosen = []() -> const Kernels& {
#if defined(__x86_64__)
        const char* wanted = std::getenv("VAESWEEP_CPU");
        auto allowed = [&](const char* name) { return wanted == nullptr || std::strcmp(wanted, name) == 0; };
        __builtin_cpu_init();
        if (allowed("avx512") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl"))
            return kernels_avx512;
        if (allowed("avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kernels_avx2;
#endif
        return kernels_base;
    }();
    return chosen;
}

}  // namespace vs
