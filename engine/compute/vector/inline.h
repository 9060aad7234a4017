/* inline.h: how vector code gets into registers: functions inlined, loops unrolled. */
#pragma once

#define VEC_INLINE static inline __attribute__ ((always_inline))

/* Before a loop of a number of rounds that is known when it is compiled: arrays of vectors become
 * registers only where every index into them is known. */
#ifdef __clang__
#define VEC_UNROLL _Pragma ("clang loop unroll(full)")
#else
#define VEC_UNROLL _Pragma ("GCC unroll 20")
#endif
