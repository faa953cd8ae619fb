#include "vs_cuda.h"
#include "vs_internal.h"

namespace vs::cuda {

namespace {
[[noreturn]] void refuse(const char* what) {
    throw BadArgument(std::string(what) + ": built without CUDA. Point VAESWEEP_LIBTORCH at a CUDA libtorch and build the native library again");
}
}

bool compiled() { return false; }
at::Generator generator(int32_t) { refuse("a generator on a CUDA device"); }
void synchronize(int32_t) { refuse("waiting for a CUDA device"); }
void memory(int32_t, int64_t*, int64_t*) { refuse("the memory of a CUDA device"); }
void empty_cache() { refuse("the memory of a CUDA device"); }

}  // namespace vs::cuda
