/* Which instructions an ARM processor has; the system tells. */
#ifndef ARM_H
#define ARM_H

#if defined(__APPLE__)

#include <sys/sysctl.h>

static inline int arm_has(const char *name)
{
    int value = 0;
    size_t size = sizeof value;
    return sysctlbyname(name, &value, &size, NULL, 0) == 0 && value != 0;
}
#define HAS_DOTPROD() arm_has("hw.optional.arm.FEAT_DotProd")
#define HAS_I8MM() arm_has("hw.optional.arm.FEAT_I8MM")

#elif defined(__linux__)

#include <sys/auxv.h>

/* Bits of the kernel's interface, which older headers do not name. */
#define HAS_DOTPROD() ((getauxval(AT_HWCAP) & 1ul << 20) != 0)
#define HAS_I8MM() ((getauxval(AT_HWCAP2) & 1ul << 13) != 0)

#else /* systems without a way that is known here do with plain C */

#define HAS_DOTPROD() 0
#define HAS_I8MM() 0

#endif

/* Compilers that take the instructions into single functions; others must be told for the whole file that they may. */
#if (defined(__clang__) && __clang_major__ >= 16) || (!defined(__clang__) && __GNUC__ >= 10)
#define ARM_TARGETS 1
#if defined(__clang__)
#define DOTPROD_CODE __attribute__((target("dotprod")))
#define I8MM_CODE __attribute__((target("i8mm")))
#else
#define DOTPROD_CODE __attribute__((target("arch=armv8.2-a+dotprod")))
#define I8MM_CODE __attribute__((target("arch=armv8.2-a+i8mm")))
#endif
#else
#define DOTPROD_CODE
#define I8MM_CODE
#endif

#endif
