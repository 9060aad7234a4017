/* peak.h: the loop of a peak measurement (see functions.h for what must be included before).
 *
 * Twelve independent sums, each waiting only for itself: more than the two multiply-adds a cycle
 * of the widest processors times the four or five cycles that one takes.
 */
#pragma once

#include "compute/peak.h"

#define PEAK_SUMS 12

/* @TYPE: of a register; @STEP: one operation on the sum s with the registers a and b. The empty
 * assembler statement keeps the compiler from computing with what it knows of them. */
#define PEAK_LOOP(TYPE, STEP)                                                                      \
  TYPE sums[PEAK_SUMS], a, b;                                                                      \
  memset (sums, 0, sizeof sums);                                                                   \
  memset (&a, 0, sizeof a);                                                                        \
  memset (&b, 0, sizeof b);                                                                        \
  __asm__ volatile("" : "+v"(a), "+v"(b));                                                         \
  for (gsize i = 0; i < steps; i++) {                                                              \
    _Pragma ("GCC unroll 12") for (guint k = 0; k < PEAK_SUMS; k++)                                \
    {                                                                                              \
      TYPE s = sums[k];                                                                            \
      s = STEP;                                                                                    \
      __asm__ volatile("" : "+v"(s));                                                              \
      sums[k] = s;                                                                                 \
    }                                                                                              \
  }
