/* Versions of Keras. */
#ifndef NWTI_CORE_VERSION_H
#define NWTI_CORE_VERSION_H

#include <stdint.h>

/* One number: 20204 is 2.2.4; 0 is not known. */
typedef int32_t nwti_version;

/* What stands for a whole era: the last version whose layers are its own. */
enum { NWTI_VERSION_1 = 10202, NWTI_VERSION_2 = 20204, NWTI_VERSION_3 = 30000 };

/* 1, 2 or 3. */
#define NWTI_ERA(version) ((version) / 10000)

#endif
