#include "layers/adaptation.h"

int32_t nwti_lora_check(nwt_op *op, int64_t rank, const char *constraint)
{
    if (rank <= 0 || nwt_op_option(op, constraint) == NULL) {
        return 0;
    }
    return NWT_FAIL(op, "lora_rank {} does not go with a constraint on what it adapts", rank);
}
