/* Bytes read as a script of calls: what a fuzz target of the API draws from. */
#ifndef TESTS_FUZZ_SCRIPT_H
#define TESTS_FUZZ_SCRIPT_H

#include "replay.h"
#include "netweight.h"

#include <stdlib.h>
#include <string.h>

typedef struct script {
    const uint8_t *at;
    const uint8_t *end;
} script;

static inline void require(int32_t condition)
{
    if (!condition) {
        abort();
    }
}

static inline uint32_t draw(script *s)
{
    return s->at < s->end ? *s->at++ : 0;
}

static inline uint32_t below(script *s, size_t bound)
{
    return (uint32_t)(draw(s) % bound);
}

/* Mostly what a shape has, at times what none can have. */
static inline int64_t draw_dim(script *s)
{
    static const int64_t dims[] = {-1, 1,   2,         3,         4,         7,        8,
                                   16, 28,  -1,        3,         5,         6,        0,
                                   -2, 100, 1LL << 31, 1LL << 40, INT64_MAX, INT64_MIN};
    uint32_t which = draw(s);

    return which < 200 ? dims[which % 13] : dims[which % (sizeof dims / sizeof *dims)];
}

static inline int32_t draw_shape(script *s, int64_t *dims)
{
    int32_t rank = (int32_t)below(s, 6), i;

    for (i = 0; i < rank; i++) {
        dims[i] = draw_dim(s);
    }
    return rank;
}

/* What a report writes is text that ends. */
static inline int32_t read_report(void *user, const char *text, size_t length)
{
    int64_t *written = user;
    size_t i;

    for (i = 0; i < length; i++) {
        require(text[i] != '\0');
    }
    *written += (int64_t)length;
    return *written > (int64_t)64 << 20;
}

static const char *const report_options[] = {
    NULL,
    "format='json'",
    "format='csv', expand_nested=True",
    "format='markdown', expand_nested=True, sort='params', top=5",
    "format='explain'",
    "work=True, expand_nested=True, unicode=True",
    "work_like='torch', batch=7",
    "columns='name,class,input,output,params,share,bytes,connected,kernel,activation,dtype'",
    "style='keras-1.0'",
    "style='keras-1', line_length=20",
    "style='keras-2.0', positions=[0.1, 0.2, 0.5, 1.0]",
    "style='keras-2.7', expand_nested=True, show_trainable=True",
    "style='keras-2.13', expand_nested=True, line_length=33",
    "style='keras-3', expand_nested=True, show_trainable=True",
    "style='keras-3', width=24",
    "format='config'",
    "format='constructor'",
    "format='explain', layer='dense'",
};

enum { REPORTS = sizeof report_options / sizeof *report_options };

static inline void report_all(nwt_model *model, nwt_context *ctx)
{
    size_t i;

    for (i = 0; i < REPORTS; i++) {
        int64_t written = 0;
        int32_t status = nwt_report(model, report_options[i], read_report, &written);

        require(status == nwt_status(ctx));
        require(status == NWT_STATUS_OK || nwt_message(ctx)[0] != '\0');
        require(status != NWT_STATUS_OK || written > 0);
        nwt_context_clear_error(ctx);
    }
}

#endif
