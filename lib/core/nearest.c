#include "core/nearest.h"
#include "support/text.h"

#include <string.h>

void nwti_nearest_begin(nwti_nearest *nearest, const char *wanted)
{
    size_t length = strlen(wanted);

    nearest->wanted = wanted;
    nearest->best = NULL;
    /* A third of the letters may be wrong, at least one: beyond that a guess only confuses. */
    nearest->distance = length < 6 ? 2 : (int32_t)(length < 60 ? length / 3 + 1 : 21);
}

void nwti_nearest_offer(nwti_nearest *nearest, const char *candidate)
{
    int32_t distance = nwti_distance(nearest->wanted, candidate, nearest->distance);

    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->best = candidate;
    }
}

const char *nwti_nearest_text(const nwti_nearest *nearest, char *buffer, size_t size)
{
    if (nearest->best == NULL) {
        return "";
    }
    nwti_format(buffer, size, "; did you mean '%s'?", nearest->best);
    return buffer;
}
