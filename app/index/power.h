/* power.h: when indexing in the background is welcome: always, on mains power, or while nobody uses
 * the computer.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  INK_POWER_ALWAYS,
  INK_POWER_MAINS, /* not on battery, and not while power is to be saved */
  INK_POWER_IDLE,  /* when nobody has touched the computer for a while */
} InkPowerPolicy;

/* "always", "mains" or "idle". */
const char *ink_power_policy_to_string (InkPowerPolicy policy);

/* @text: (nullable). Returns: %FALSE where it is none */
gboolean ink_power_policy_from_string (const char *text, InkPowerPolicy *policy);

/* Whether the computer runs on mains power. @folder: (nullable): in place of
 * /sys/class/power_supply */
gboolean ink_power_is_on_mains (const char *folder);

/**
 * ink_power_is_idle:
 * @idle: (out) (optional)
 *
 * Asks the screen saver, else the login manager. Blocks.
 *
 * Returns: whether either answered: where none does, %INK_POWER_IDLE is no choice to offer
 */
gboolean ink_power_is_idle (gboolean *idle);

/* Whether background work may go on now. Blocks. */
gboolean ink_power_allows (InkPowerPolicy policy);

G_END_DECLS
