#include "vs_cuda.h"
#include "vs_internal.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/macros/Export.h>

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

}  // namespace vs::cuda
