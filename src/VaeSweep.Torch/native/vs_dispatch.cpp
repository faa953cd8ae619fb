#include "vs_internal.h"
#include "vs_kernels.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace vs {

namespace {

std::atomic<bool>& wanted() {
    static std::atomic<bool> state{[] {
        const char* choice = std::getenv("VAESWEEP_CPU");
        return choice == nullptr || std::strcmp(choice, "none") != 0;
    }()};
    return state;
}

}  // namespace

bool kernels_wanted() { return wanted().load(std::memory_order_relaxed); }

const Kernels& kernels() {
    static const Kernels& chosen = []() -> const Kernels& {
#if defined(__x86_64__)
        const char* choice = std::getenv("VAESWEEP_CPU");
        auto allowed = [&](const char* name) { return choice == nullptr || std::strcmp(choice, name) == 0; };
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

vs_status vs_set_kernels(int32_t on) {
    return vs::guarded([&] { vs::wanted().store(on != 0, std::memory_order_relaxed); });
}

const char* vs_kernel_name(void) { return vs::kernels_wanted() ? vs::kernels().name : "none"; }
