/* filter.c: the helper's system call filter (filter.h), through libseccomp.
 *
 * What is not listed fails with EPERM instead of ending the process: a codec that asks for
 * something harmless and superfluous then goes on without it, and an attacker gets nothing either
 * way. clone3 is answered with ENOSYS, so that glibc falls back to clone, whose flags a filter can
 * see.
 */
#include "config.h"

#include "decoder/filter.h"

#ifdef INK_HAVE_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Whatever their arguments: they reach only this process and the descriptors that it has. */
static const int plain_calls[] = {
    /* The conversation, the picture and the results. */
    SCMP_SYS (read),
    SCMP_SYS (pread64),
    SCMP_SYS (readv),
    SCMP_SYS (write),
    SCMP_SYS (writev),
    SCMP_SYS (lseek),
    SCMP_SYS (_llseek),
    SCMP_SYS (fstat),
    SCMP_SYS (fstat64),
    SCMP_SYS (close),
    SCMP_SYS (recvmsg),
    SCMP_SYS (recvfrom),
    SCMP_SYS (recv),
    SCMP_SYS (sendmsg),
    SCMP_SYS (sendto),
    SCMP_SYS (send),
    SCMP_SYS (poll),
    SCMP_SYS (ppoll),
    SCMP_SYS (ppoll_time64),
    /* Memory. */
    SCMP_SYS (brk),
    SCMP_SYS (munmap),
    SCMP_SYS (mremap),
    SCMP_SYS (madvise),
    /* Threads and locks. */
    SCMP_SYS (futex),
    SCMP_SYS (futex_time64),
    SCMP_SYS (set_robust_list),
    SCMP_SYS (rseq),
    SCMP_SYS (set_tid_address),
    SCMP_SYS (sched_yield),
    SCMP_SYS (sched_getaffinity),
    SCMP_SYS (sched_getattr),
    SCMP_SYS (membarrier),
    SCMP_SYS (gettid),
    SCMP_SYS (getpid),
    SCMP_SYS (getcpu),
    /* Signals and the end. */
    SCMP_SYS (rt_sigaction),
    SCMP_SYS (rt_sigprocmask),
    SCMP_SYS (rt_sigreturn),
    SCMP_SYS (sigreturn),
    SCMP_SYS (sigaltstack),
    SCMP_SYS (restart_syscall),
    SCMP_SYS (exit),
    SCMP_SYS (exit_group),
    /* Time. */
    SCMP_SYS (alarm),
    SCMP_SYS (setitimer),
    SCMP_SYS (nanosleep),
    SCMP_SYS (clock_nanosleep),
    SCMP_SYS (clock_nanosleep_time64),
    SCMP_SYS (clock_gettime),
    SCMP_SYS (clock_gettime64),
    SCMP_SYS (clock_getres),
    SCMP_SYS (gettimeofday),
    SCMP_SYS (time),
    /* Questions about the machine and oneself. */
    SCMP_SYS (getrandom),
    SCMP_SYS (uname),
    SCMP_SYS (sysinfo),
    SCMP_SYS (getrusage),
    SCMP_SYS (getuid),
    SCMP_SYS (geteuid),
    SCMP_SYS (getgid),
    SCMP_SYS (getegid),
};

/* Calls that the running kernel or libseccomp doesn't know are nobody's to make. */
static gboolean
allow (scmp_filter_ctx filter, int call, unsigned int n, const struct scmp_arg_cmp *conditions)
{
  int result = seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, call, n, conditions);
  return result == 0 || result == -EDOM || result == -EINVAL;
}

static gboolean
allow_with_conditions (scmp_filter_ctx filter)
{
  const scmp_datum_t thread_flags =
      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
  const struct scmp_arg_cmp thread = SCMP_A0 (SCMP_CMP_MASKED_EQ, thread_flags, thread_flags);
  const struct scmp_arg_cmp not_executable = SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  const struct scmp_arg_cmp own_signal = SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t)getpid ());
  const struct scmp_arg_cmp named = SCMP_A0 (SCMP_CMP_EQ, PR_SET_NAME);
  /* fstat() by its newer names: no path, only a descriptor. */
  const struct scmp_arg_cmp newfstatat_empty =
      SCMP_A3 (SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH);
  const struct scmp_arg_cmp statx_empty =
      SCMP_A2 (SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH);
  const struct scmp_arg_cmp own_limits[] = {SCMP_A0 (SCMP_CMP_EQ, 0), SCMP_A2 (SCMP_CMP_EQ, 0)};
  const int questions[] = {F_GETFD, F_GETFL, F_GET_SEALS};

  gboolean added = allow (filter, SCMP_SYS (clone), 1, &thread) &&
                   allow (filter, SCMP_SYS (mmap), 1, &not_executable) &&
                   allow (filter, SCMP_SYS (mmap2), 1, &not_executable) &&
                   allow (filter, SCMP_SYS (mprotect), 1, &not_executable) &&
                   allow (filter, SCMP_SYS (tgkill), 1, &own_signal) &&
                   allow (filter, SCMP_SYS (prctl), 1, &named) &&
                   allow (filter, SCMP_SYS (newfstatat), 1, &newfstatat_empty) &&
                   allow (filter, SCMP_SYS (statx), 1, &statx_empty) &&
                   allow (filter, SCMP_SYS (prlimit64), G_N_ELEMENTS (own_limits), own_limits);
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++) {
    const struct scmp_arg_cmp question = SCMP_A1 (SCMP_CMP_EQ, (scmp_datum_t)questions[i]);
    added = added && allow (filter, SCMP_SYS (fcntl), 1, &question);
  }
  return added && seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0) == 0;
}

gboolean
ink_filter_load (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  if (filter == NULL)
    return FALSE;

  /* Threads that libraries have started already are under it too. */
  gboolean loaded = seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  for (gsize i = 0; loaded && i < G_N_ELEMENTS (plain_calls); i++)
    loaded = allow (filter, plain_calls[i], 0, NULL);
  loaded = loaded && allow_with_conditions (filter) && seccomp_load (filter) == 0;
  seccomp_release (filter);
  return loaded;
}

#else

gboolean
ink_filter_load (void)
{
  return FALSE;
}

#endif
