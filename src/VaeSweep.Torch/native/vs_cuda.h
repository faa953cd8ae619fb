// What needs a libtorch with CUDA. vs_torch_cuda.cpp answers where there is one, vs_no_cuda.cpp says so where there is none.
#ifndef VS_CUDA_H
#define VS_CUDA_H

#include <ATen/core/Generator.h>

namespace vs::cuda {

bool compiled();
at::Generator generator(int32_t index);
void synchronize(int32_t index);
void memory(int32_t index, int64_t* allocated, int64_t* reserved);
void empty_cache();

}  // namespace vs::cuda

#endif
