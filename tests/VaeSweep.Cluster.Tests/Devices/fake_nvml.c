/* NVIDIA's management library as a machine with three GPUs has it: one whole, one divided into two slices, one that fell off its bus. The test compiles it. */
#include <stdio.h>
#include <string.h>

typedef struct { unsigned long long total, free, used; } memory_t;
static int running;
static char whole[] = "whole", divided[] = "divided", first[] = "first", second[] = "second";

int nvmlInit_v2(void) { running++; return 0; }
int nvmlShutdown(void) { running--; return 0; }
int fake_running(void) { return running; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 3; return running ? 0 : 1; }

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
    if (index == 2) return 15; /* NVML_ERROR_GPU_IS_LOST */
    *device = index == 0 ? (void *)whole : (void *)divided;
    return 0;
}

static const char *uuid(void *device) {
    if (device == whole) return "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6";
    if (device == divided) return "GPU-89777777-0000-0000-0000-000000000000";
    return device == first ? "MIG-11111111-0000-0000-0000-000000000000" : "MIG-12222222-0000-0000-0000-000000000000";
}

int nvmlDeviceGetUUID(void *device, char *text, unsigned length) {
    if (strlen(uuid(device)) >= length) return 7; /* NVML_ERROR_INSUFFICIENT_SIZE */
    strcpy(text, uuid(device));
    return 0;
}

int nvmlDeviceGetName(void *device, char *text, unsigned length) {
    snprintf(text, length, device == whole || device == divided ? "Fake A100" : "Fake A100 MIG 1g.5gb");
    return 0;
}

int nvmlDeviceGetMemoryInfo(void *device, memory_t *memory) {
    memory->total = device == whole ? 40ull << 30 : 5ull << 30;
    memory->free = memory->total;
    memory->used = 0;
    return 0;
}

int nvmlDeviceGetMigMode(void *device, unsigned *now, unsigned *pending) {
    if (device == whole) return 3; /* NVML_ERROR_NOT_SUPPORTED */
    *now = *pending = 1;
    return 0;
}

int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *count) { (void)device; *count = 7; return 0; }

int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned index, void **slice) {
    (void)device;
    if (index != 0 && index != 3) return 6; /* NVML_ERROR_NOT_FOUND: places between slices stay empty */
    *slice = index == 0 ? (void *)first : (void *)second;
    return 0;
}
