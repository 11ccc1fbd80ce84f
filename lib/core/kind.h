/* Kinds as a context knows them. */
#ifndef NWTI_CORE_KIND_H
#define NWTI_CORE_KIND_H

#include "netweight/kind.h"
#include "core/context.h"
#include "core/option.h"
#include "core/past.h"

typedef struct nwti_kind nwti_kind;
typedef struct nwti_memo nwti_memo;
typedef struct nwti_weight_form nwti_weight_form;

struct nwti_kind {
    nwt_context *ctx;
    const nwt_kind *descriptor;
    nwti_layout options;
    nwti_layout arguments;
    const char *automatic_name; /* "conv2d" */
    nwti_counter *counter;
    nwti_memo *memo;
    nwti_weight_form *forms;
    int32_t form_count;
    int32_t is_operation; /* one of Keras's operations used as a node */
    int32_t has_children; /* some row holds layers */
    int32_t unknown;      /* the kind of classes that nobody registered */
    uint64_t past_keys;   /* bits of the old keys of its options: see nwti_past_bit */
    int32_t copies_text;  /* a plug-in: names and labels of its weights may be temporary */
    int32_t takes_one;    /* a call on one tensor lacks nothing */
    const void *single;   /* the call arguments of such a call */
};

/* Keras's to_snake_case, an underscore before a capital that follows a small letter, or that begins
   a word: "Conv2DTranspose" -> "conv2d_transpose", "PReLU" -> "p_re_lu". The buffer has room for
   twice the name and a NUL; returns the length. */
size_t nwti_snake_case(char *buffer, const char *name);
/* The counter of an automatic name, made at its first use; NULL: out of memory, no error is set. */
nwti_counter *nwti_counter_of(nwt_context *ctx, const char *name, size_t length);
/* Lays a descriptor out; NULL with the error set. */
nwti_kind *nwti_kind_make(nwt_context *ctx, const nwt_kind *descriptor);
/* What a kind is called in reports: without the "ops." of operations. */
const char *nwti_kind_title(const nwti_kind *kind);
nwti_kind *nwti_kind_at(nwt_context *ctx, int32_t index);
/* By name or alias; NULL without an error if there is none. */
nwti_kind *nwti_kind_named(nwt_context *ctx, const char *name);
/* The same with an error that names the nearest. */
nwti_kind *nwti_kind_wanted(nwt_context *ctx, const char *name);
/* The kinds that were written as a class, those first that were entered first; NULL: none. */
const nwti_past_class *nwti_kind_classes(nwt_context *ctx, const char *written);

#endif
