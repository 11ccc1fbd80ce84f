/* What the files share that write a model again: as a config of Keras 3, as constructor text. */
#ifndef NWTI_REPORT_CONFIG_H
#define NWTI_REPORT_CONFIG_H

#include "core/call.h"
#include "core/model.h"
#include "report/report.h"
#include "support/hash.h"

/* It is an input of a model: called on nothing. */
int32_t nwti_is_input(const nwt_layer *layer);
/* A Sequential's own input; NULL: it has none, or its first layer brings it. */
const nwt_layer *nwti_own_input(const nwt_model *model);

/* A layer that stands at several places. */
typedef struct nwti_shared {
    int64_t id; /* from 1 */
    int32_t is_written;
} nwti_shared;

/* Fills a map, to be freed, with the layers that stand at several places. 0, or the status. */
int32_t nwti_shared_layers(nwti_report *report, nwti_map *shared);
/* NULL: it stands at one place. */
nwti_shared *nwti_shared_of(const nwti_map *shared, const nwt_layer *layer);

/* A value as JSON. A call of constructor text becomes the object that Keras writes for it. */
void nwti_config_value(nwti_text *out, const nwti_value *value);
/* "key": */
void nwti_config_key(nwti_text *out, const char *key);
void nwti_config_string(nwti_text *out, const char *text);
/* The list of a shape; null if its rank is unknown. */
void nwti_config_shape(nwti_text *out, int32_t rank, const int64_t *dims);
/* An entry of inbound_nodes. */
void nwti_config_call(nwti_text *out, const nwti_row_call *call);
/* The value of input_layers or output_layers. `structure`: as it was read; NULL: a tensor, or a
   list of several. */
void nwti_config_ends(nwt_context *ctx, nwti_text *out, int32_t count, const nwti_edge *edges,
                      const char *const *keys, const nwti_value *structure);

#endif
