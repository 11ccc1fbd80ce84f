/* The options of kinds, for those who list them. */
#include "core/context.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/shared.h"

#include <string.h>

/* The index-th row that is a constructor argument. */
static const nwt_option *visible_row(const nwti_layout *layout, int64_t *index)
{
    int32_t i;

    for (i = 0; i < layout->count; i++) {
        const nwt_option *row = nwti_row(layout, i);

        if (!(row->flags & NWT_FLAG_HIDDEN) && (*index)-- == 0) {
            return row;
        }
    }
    return NULL;
}

int32_t nwt_kind_option(nwt_context *ctx, const char *kind, int32_t argument, int64_t index,
                        nwt_option_info *info)
{
    nwti_kind *found = ctx != NULL && kind != NULL ? nwti_kind_named(ctx, kind) : NULL;
    const nwt_option *row;
    nwt_option_info full = {0};

    if (found == NULL || info == NULL || index < 0 ||
        info->size < offsetof(nwt_option_info, type_name)) {
        return 0;
    }
    row = visible_row(argument ? &found->arguments : &found->options, &index);
    if (row == NULL && !argument && !found->is_operation) {
        row = nwti_shared_row(index);
        full.is_shared = 1;
    }
    if (row == NULL) {
        return 0;
    }
    full.key = row->key;
    full.type_name = nwti_option_type(row);
    full.fallback = row->fallback;
    full.help = row->help;
    full.choices = row->choices;
    full.minimum = row->minimum;
    full.maximum = row->maximum;
    full.least = row->least;
    full.most = row->most;
    full.value_type = row->value_type;
    full.count = row->count;
    full.nullable = row->flags & NWT_FLAG_NULLABLE ||
                    (row->fallback != NULL && strcmp(row->fallback, "None") == 0);
    full.size = info->size;
    nwti_hand_over(info, info->size, &full, sizeof full);
    return 1;
}
