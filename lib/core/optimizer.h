/* What Keras 3's optimizers hold. */
#ifndef NWTI_CORE_OPTIMIZER_H
#define NWTI_CORE_OPTIMIZER_H

#include "core/model.h"
#include "support/value.h"

/* Of an object {"class_name", "config"}, once it is built for the weights of a layer; NULL: for
   none. params are -1 where they are not known. */
nwti_optimizer nwti_optimizer_of(const nwti_value *object, const nwt_layer *layer);
/* "Adam" for "adam", its name; the name itself if it is of no optimizer that is known. */
const char *nwti_optimizer_class(const char *name);
int32_t nwti_optimizer_is_known(const char *class_name);
/* Such an object of "adam" or "Adam(amsgrad=True)"; NULL with an error of `owner`. */
const nwti_value *nwti_optimizer_read(nwt_context *ctx, const char *owner, const char *text);

#endif
