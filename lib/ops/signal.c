/* Operations on signals along the last axis; complex ones are a pair: real and imaginary part. */
#include "ops/operand.h"

#include "support/checked.h"

struct signal {
    int64_t sequence_length;
    int64_t sequence_stride;
    int64_t fft_length;
    int64_t length;
    int32_t center;
};

static const nwt_option one[] = {NWTI_INPUT("x", "a signal"), NWT_OPTION_END};
static const nwt_option complex_pair[] = {{"x", NULL, "real and imaginary part", NULL, 0,
                                           NWT_MAX_RANK, NWT_TYPE_TENSORS, 0,
                                           (int32_t)offsetof(struct nwti_several, xs), 1},
                                          NWT_OPTION_END};

#define SIGNAL_INT(key, field, fallback, low, help)                 \
    {                                                               \
        key, fallback, help, NULL, low, INT32_MAX, NWT_TYPE_INT, 0, \
            (int32_t)offsetof(struct signal, field), 1              \
    }
#define FFT_LENGTH(fallback) \
    SIGNAL_INT("fft_length", fft_length, fallback, 1, "samples of a transform")
#define SEQUENCES                                                                  \
    SIGNAL_INT("sequence_length", sequence_length, NULL, 1, "samples of a frame"), \
        SIGNAL_INT("sequence_stride", sequence_stride, NULL, 1, "samples between frames")
#define WINDOW NWTI_KEPT_ROW("window", "'hann'", "shape of the window")
#define CENTER                                                                       \
    {                                                                                \
        "center", "True", "frames are centred, so the signal is padded", NULL, 0, 1, \
            NWT_TYPE_BOOL, 0, (int32_t)offsetof(struct signal, center), 1            \
    }

/* Operand 0, with at least so many axes. Returns 0 after an error. */
static int32_t read_signal(nwt_op *op, nwti_operand *x, int32_t axes)
{
    nwti_unary_read(op, x);
    if (x->rank < axes) {
        NWT_FAIL(op, "its input has {} axes, fewer than {}", x->rank, axes);
        return 0;
    }
    return !nwt_op_ended(op);
}

/* Two operands of one shape. */
static int32_t read_complex(nwt_op *op, nwti_operand *x, int32_t axes)
{
    nwti_operand imaginary;

    if (nwt_op_input_count(op) != 2) {
        NWT_FAIL(op, "it needs a real and an imaginary part, not {} tensors",
                 nwt_op_input_count(op));
        return 0;
    }
    if (!read_signal(op, x, axes)) {
        return 0;
    }
    nwti_operand_read(op, 1, "x", &imaginary);
    for (int32_t i = 0; i < x->rank || i < imaginary.rank; i++) {
        if (x->rank != imaginary.rank || x->dims[i] != imaginary.dims[i]) {
            NWT_FAIL(op, "the real part is {0}, the imaginary part {1}", 0);
            return 0;
        }
    }
    return 1;
}

static int32_t twice(nwt_op *op, const nwti_operand *x)
{
    nwti_operand_output(op, x, NWTI_AS_IS);
    return nwti_operand_output(op, x, NWTI_AS_IS);
}

static int32_t fft(nwt_op *op, int32_t axes)
{
    nwti_operand x;

    if (!read_complex(op, &x, axes)) {
        return 0;
    }
    for (int32_t i = 1; i <= axes; i++) {
        if (x.dims[x.rank - i] < 0) {
            return NWT_FAIL(op, "axis {} of its input is None: {0}", -i);
        }
    }
    nwti_operand_output(op, &x, NWTI_AS_IS);
    return nwt_op_output(op, x.rank, x.dims, nwt_op_dtype(op, 1));
}

static int32_t fft_shape(nwt_op *op, const void *self)
{
    (void)self;
    return fft(op, 1);
}

static int32_t fft2_shape(nwt_op *op, const void *self)
{
    (void)self;
    return fft(op, 2);
}

static int32_t rfft_shape(nwt_op *op, const void *self)
{
    int64_t length = ((const struct signal *)self)->fft_length;
    nwti_operand x;

    if (!read_signal(op, &x, 1)) {
        return 0;
    }
    length = length == NWT_NONE_INT ? x.dims[x.rank - 1] : length;
    x.dims[x.rank - 1] = length < 0 ? -1 : length / 2 + 1;
    return twice(op, &x);
}

static int32_t irfft_shape(nwt_op *op, const void *self)
{
    int64_t length = ((const struct signal *)self)->fft_length;
    nwti_operand x;

    if (!read_complex(op, &x, 1)) {
        return 0;
    }
    if (length == NWT_NONE_INT && x.dims[x.rank - 1] >= 0) {
        length = x.dims[x.rank - 1] > 0 ? nwti_dim_times(op, 2, x.dims[x.rank - 1] - 1) : -1;
    }
    x.dims[x.rank - 1] = length < 0 ? -1 : length;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

/* As Python's //, which rounds down. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* How many frames a signal has; -1: None. */
static int64_t frames(nwt_op *op, int64_t samples, int64_t more, int64_t length, int64_t stride)
{
    int64_t count;

    if (samples < 0) {
        return -1;
    }
    count = samples > INT64_MAX - more ? -1 : 1 + floor_divide(samples + more - length, stride);
    if (count < 0) {
        NWT_FAIL(op, "frames of {} samples are longer than the signal of {}", length, samples);
        return -1;
    }
    return count;
}

static int32_t stft_shape(nwt_op *op, const void *self)
{
    const struct signal *stft = self;
    nwti_operand x;
    int64_t padded = stft->center ? stft->fft_length / 2 * 2 : 0;

    if (!read_signal(op, &x, 1)) {
        return 0;
    }
    x.dims[x.rank - 1] = frames(op, x.dims[x.rank - 1], padded, stft->fft_length,
                                stft->sequence_stride);
    nwti_operand_insert(op, &x, x.rank, stft->fft_length / 2 + 1);
    return twice(op, &x);
}

static int32_t istft_shape(nwt_op *op, const void *self)
{
    const struct signal *istft = self;
    nwti_operand x;
    int64_t size = istft->length;

    if (!read_complex(op, &x, 2)) {
        return 0;
    }
    if (size == NWT_NONE_INT) {
        size = x.dims[x.rank - 2];
        size = size > 0 ? nwti_dim_times(op, size - 1, istft->sequence_stride) : size;
        size += size < 0 ? 0 : istft->fft_length - (istft->center ? istft->fft_length / 2 * 2 : 0);
    }
    x.rank--;
    x.dims[x.rank - 1] = size;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t extract_sequences_shape(nwt_op *op, const void *self)
{
    const struct signal *sequences = self;
    nwti_operand x;

    if (!read_signal(op, &x, 1)) {
        return 0;
    }
    x.dims[x.rank - 1] = frames(op, x.dims[x.rank - 1], 0, sequences->sequence_length,
                                sequences->sequence_stride);
    nwti_operand_insert(op, &x, x.rank, sequences->sequence_length);
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t view_as_complex_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    if (!read_signal(op, &x, 0)) {
        return 0;
    }
    return nwt_op_output(op, x.rank - (x.rank > 0), x.dims, NWT_DTYPE_COMPLEX64);
}

static int32_t view_as_real_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    if (!read_signal(op, &x, 0)) {
        return 0;
    }
    nwti_operand_insert(op, &x, x.rank, 2);
    return nwti_operand_output(op, &x, NWTI_SINGLE);
}

static const nwt_option length_options[] = {FFT_LENGTH("None"), NWT_OPTION_END};
static const nwt_option stft_options[] = {SEQUENCES, FFT_LENGTH(NULL), WINDOW, CENTER,
                                          NWT_OPTION_END};
static const nwt_option istft_options[] = {
    SEQUENCES,
    FFT_LENGTH(NULL),
    SIGNAL_INT("length", length, "None", 0, "samples of the output; None: as they come"),
    WINDOW,
    CENTER,
    NWT_OPTION_END};
static const nwt_option sequences_options[] = {SEQUENCES, NWT_OPTION_END};

#define SIGNAL(symbol, name, words, table, rows, callback, cost)     \
    KIND(op_##symbol, "ops." name, .about = words, .options = table, \
         .self_size = sizeof(struct signal), .arguments = rows,      \
         .arguments_size = sizeof(struct nwti_operands), .shape = callback, .work = cost)

SIGNAL(extract_sequences, "ExtractSequences", "cuts a signal into frames", sequences_options, one,
       extract_sequences_shape, NWT_WORK_MOVES);
SIGNAL(fft, "FFT", "gives the Fourier transform", NULL, complex_pair, fft_shape,
       NWT_WORK_UNCOUNTED);
SIGNAL(fft2, "FFT2", "gives the Fourier transform of planes", NULL, complex_pair, fft2_shape,
       NWT_WORK_UNCOUNTED);
SIGNAL(ifft2, "IFFT2", "takes a Fourier transform of planes back", NULL, complex_pair, fft2_shape,
       NWT_WORK_UNCOUNTED);
SIGNAL(irfft, "IRFFT", "takes a Fourier transform back", length_options, complex_pair, irfft_shape,
       NWT_WORK_UNCOUNTED);
SIGNAL(istft, "ISTFT", "makes a signal of its spectra", istft_options, complex_pair, istft_shape,
       NWT_WORK_UNCOUNTED);
SIGNAL(rfft, "RFFT", "gives the Fourier transform", length_options, one, rfft_shape,
       NWT_WORK_UNCOUNTED);
SIGNAL(stft, "STFT", "gives the spectra of frames", stft_options, one, stft_shape,
       NWT_WORK_UNCOUNTED);
SIGNAL(view_as_complex, "ViewAsComplex", "joins real and imaginary parts", NULL, one,
       view_as_complex_shape, NWT_WORK_VIEW);
SIGNAL(view_as_real, "ViewAsReal", "parts real and imaginary parts", NULL, one, view_as_real_shape,
       NWT_WORK_VIEW);
