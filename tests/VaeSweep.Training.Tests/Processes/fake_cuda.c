/* NVIDIA's driver as a process sees it that was given some of two GPUs, one of them divided. The test compiles it. */
#include <stdlib.h>
#include <string.h>

static const char *visible(void) { const char *v = getenv("CUDA_VISIBLE_DEVICES"); return v ? v : "0,1"; }

static int count(void) {
    const char *v = visible();
    if (!*v) return 0;
    int n = 1;
    for (; *v; v++) n += *v == ',';
    return n;
}

int cuInit(unsigned flags) { (void)flags; return 0; }
int cuDeviceGetCount(int *n) { *n = count(); return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal < count() ? 0 : 101; }
int cuDeviceGetName(char *name, int length, int device) { (void)device; strncpy(name, "Fake A100", length); return 0; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { (void)device; *bytes = 1u << 30; return 0; }

int cuDeviceGetUuid(char *uuid, int device) { (void)device; memset(uuid, 0x89, 16); return 0; }

/* Tells slices apart, as it does from CUDA 11.4 on. */
int cuDeviceGetUuid_v2(char *uuid, int device) {
    (void)device;
    memset(uuid, strncmp(visible(), "MIG-", 4) == 0 ? 0x11 : 0x89, 16);
    return 0;
}
