#include "vs_cuda.h"
#include "vs_internal.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/macros/Export.h>

// The allocator's header needs those of the CUDA toolkit, which build.sh looks for; without them nothing but these two abilities is missing.
#if __has_include(<cuda_runtime_api.h>)
#define VS_CUDA_HEADERS 1
#include <c10/cuda/CUDACachingAllocator.h>
#endif

// Declared here rather than included: the header pulls in the CUDA toolkit's, which a machine that only runs PyTorch does not have.
namespace at::cuda::detail {
TORCH_CUDA_CPP_API at::Generator createCUDAGenerator(c10::DeviceIndex device_index);
}

namespace vs::cuda {

bool compiled() { return true; }

at::Generator generator(int32_t index) {
    return at::cuda::detail::createCUDAGenerator(static_cast<c10::DeviceIndex>(index < 0 ? 0 : index));
}

void synchronize(int32_t index) { at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(index < 0 ? 0 : index)); }

void memory(int32_t index, int64_t* allocated, int64_t* reserved) {
    *allocated = *reserved = -1;
#ifdef VS_CUDA_HEADERS
    at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(index < 0 ? 0 : index));
    auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(index < 0 ? 0 : index));
    // The first of each array counts all kinds of blocks.
    *allocated = stats.allocated_bytes[0].current;
    *reserved = stats.reserved_bytes[0].current;
#endif
}

void empty_cache() {
#ifdef VS_CUDA_HEADERS
    c10::cuda::CUDACachingAllocator::emptyCache();
#endif
}

}  // namespace vs::cuda
