/* Work in a context, of which each allocation fails in turn. */
#ifndef TESTS_SUPPORT_FAIL_EACH_H
#define TESTS_SUPPORT_FAIL_EACH_H

#include "golden.h"
/* Each allocation is a block of its own, so that each can fail: this object stands for the
   library's. */
#ifndef NWTI_SMALL_BLOCKS
#define NWTI_SMALL_BLOCKS
#endif
#include "support/memory.c"
#include "support/failing.h"

/* Runs with allocation number n failing, for each n until none is asked for any more: no crash, no
   leak, and a status that says so. */
static void fail_each(void (*work)(nwt_context *ctx), int32_t once)
{
    int64_t n;

    for (n = 0; n < 100000; n++) {
        failing allocator = {n, once, 0, 0, 0};
        nwt_context_options options = {sizeof options, failing_resize, &allocator, 0, 0, 0};
        nwt_context *ctx = nwt_context_new(&options);
        int32_t status;

        if (ctx != NULL) {
            work(ctx);
        }
        status = nwt_status(ctx);
        nwt_context_free(ctx);
        assert_int_equal(allocator.live, 0);
        assert_int_equal(allocator.wrong, 0);
        if (allocator.calls <= n) {
            assert_int_equal(status, NWT_STATUS_OK);
            return;
        }
        /* A memo that could not be kept costs nothing but speed: where it alone was asked for. */
        assert_true(status == NWT_STATUS_OUT_OF_MEMORY ||
                    ((once || allocator.calls == n + 1) && status == NWT_STATUS_OK));
    }
    fail_msg("more than 100,000 allocations");
}

#endif
