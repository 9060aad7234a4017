/* peak.h: the loop of a peak measurement (see functions.h for what must be included before).
 *
 * PEAK_SUMS, which is defined before, is the number of independent sums, each of which waits only
 * for itself: at least the operations that the processor begins in a cycle times the cycles that
 * one takes, which is twelve at most (two bf16 products of six cycles).
 */
#pragma once

#include "compute/peak.h"

#ifdef __aarch64__
#define PEAK_REGISTER "+w"
#else
#define PEAK_REGISTER "+v"
#endif

/* @TYPE: of a register; @STEP: one operation on the sum s with the registers a and b. The empty
 * assembler statement keeps the compiler from computing with what it knows of them. */
#define PEAK_LOOP(TYPE, STEP)                                                                      \
  TYPE sums[PEAK_SUMS], a, b;                                                                      \
  memset (sums, 0, sizeof sums);                                                                   \
  memset (&a, 0, sizeof a);                                                                        \
  memset (&b, 0, sizeof b);                                                                        \
  __asm__ volatile("" : PEAK_REGISTER (a), PEAK_REGISTER (b));                                     \
  for (gsize i = 0; i < steps; i++) {                                                              \
    _Pragma ("GCC unroll 24") for (guint k = 0; k < PEAK_SUMS; k++)                                \
    {                                                                                              \
      TYPE s = sums[k];                                                                            \
      s = STEP;                                                                                    \
      __asm__ volatile("" : PEAK_REGISTER (s));                                                    \
      sums[k] = s;                                                                                 \
    }                                                                                              \
  }
