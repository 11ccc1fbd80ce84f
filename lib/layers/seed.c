#include "layers/seed.h"
#include "core/layer.h"
#include "core/op.h"
#include "core/opaque.h"

int32_t nwti_seed_check(nwt_op *op, double rate)
{
    static const nwt_option row = NWTI_OPTION_SEED(NULL);
    const nwt_value *value = rate > 0 ? nwt_op_option(op, row.key) : NULL;
    nwti_assignment to = {.ctx = op->ctx, .owner = nwti_layer_class(op->layer)};

    return value == NULL ? 0 : nwti_check_opaque(&to, &row, (const nwti_value *)value);
}
