/* The kernels that were compiled. A processor runs those whose instructions it has; see `runs_here` of each. */
#include "tensority.h"

const Kernel *const KERNELS[] = {
#ifdef X86
    &amx_kernel,
    &avx512_kernel,
    &avx_vnni_kernel,
    &avx2_kernel,
#endif
#ifdef ARM
    &i8mm_kernel,
    &dotprod_kernel,
#endif
    &portable_kernel,
};
const int KERNEL_COUNT = sizeof KERNELS / sizeof KERNELS[0];
