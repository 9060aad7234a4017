/* landlock.c: an empty Landlock rule set (landlock.h): everything that the kernel can deny is
 * denied, and no rule allows any of it. Behind the system call filter it is the second wall; where
 * there is no filter it is the only one.
 *
 * The numbers are those of the kernel's interface, which older headers lack.
 */
#include "decoder/landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_restrict_self 446
#endif

#define CREATE_RULESET_VERSION 1

/* struct landlock_ruleset_attr as of version 6; older kernels are given its beginning. */
typedef struct {
  guint64 files;
  guint64 network;
  guint64 scopes;
} Denials;

/* What can be denied since each version of the interface, the first being version 1. */
static const Denials denials_of[] = {
    {0x1fff, 0, 0},     /* execute, read, write, list, remove, make */
    {0x3fff, 0, 0},     /* link or rename into another folder */
    {0x7fff, 0, 0},     /* truncate */
    {0x7fff, 0x3, 0},   /* TCP: bind, connect */
    {0xffff, 0x3, 0},   /* ioctl on devices */
    {0xffff, 0x3, 0x3}, /* abstract Unix sockets and signals of others */
};

gboolean
ink_landlock_restrict (void)
{
  long version = syscall (__NR_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
  if (version < 1)
    return FALSE;

  gsize known = MIN ((gsize)version, G_N_ELEMENTS (denials_of));
  const Denials *denials = &denials_of[known - 1];
  gsize size = known >= 6   ? sizeof *denials
               : known >= 4 ? G_STRUCT_OFFSET (Denials, scopes)
                            : G_STRUCT_OFFSET (Denials, network);
  int rules = (int)syscall (__NR_landlock_create_ruleset, denials, size, 0);
  if (rules < 0)
    return FALSE;
  gboolean restricted = syscall (__NR_landlock_restrict_self, rules, 0) == 0;
  close (rules);
  return restricted;
}
