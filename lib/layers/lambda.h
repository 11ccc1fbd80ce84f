/* What layers have in common that apply a function of one's own. */
#ifndef NWTI_LAYERS_LAMBDA_H
#define NWTI_LAYERS_LAMBDA_H

#include "netweight/kind.h"

/* The outputs that option output_shape states, else one of unknown shape. A list of shapes stands
   for several outputs. */
int32_t nwti_lambda_outputs(nwt_op *op);

#endif
