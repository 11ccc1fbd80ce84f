#include "core/account.h"
#include "core/builtin.h"
#include "core/opaque.h"
#include "core/window.h"
#include "support/checked.h"

struct mel_spectrogram {
    int64_t fft_length;
    int64_t sequence_stride;
    int64_t num_mel_bins;
};

static const nwt_option mel_spectrogram_options[] = {
    NWT_OPTION_INT(struct mel_spectrogram, fft_length, "2048", 1, INT32_MAX,
                   "size of the transform"),
    NWT_OPTION_INT(struct mel_spectrogram, sequence_stride, "512", 1, INT32_MAX,
                   "samples between frames"),
    NWT_OPTION_OPAQUE("sequence_length", "samples of a frame"),
    NWT_OPTION_OPAQUE("window", "shape of the window"),
    NWT_OPTION_OPAQUE("sampling_rate", "samples of a second"),
    NWT_OPTION_INT(struct mel_spectrogram, num_mel_bins, "128", 1, INT64_MAX,
                   "frequencies of the output"),
    NWT_OPTION_OPAQUE("min_freq", "lowest frequency"),
    NWT_OPTION_OPAQUE("max_freq", "highest frequency"),
    NWT_OPTION_OPAQUE("power_to_db", "give decibels"),
    NWT_OPTION_OPAQUE("top_db", "range of the decibels"),
    NWT_OPTION_OPAQUE("mag_exp", "exponent of the magnitude"),
    NWT_OPTION_OPAQUE("min_power", "least power"),
    NWT_OPTION_OPAQUE("ref_power", "power of 0 decibels"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(mel_spectrogram_arguments, 1, NWT_MAX_RANK,
               "(batch, samples), or without the batch");

static int32_t mel_spectrogram_shape(nwt_op *op, const void *self)
{
    const struct mel_spectrogram *mel = self;
    /* Keras looks no further than the second axis. */
    int32_t rank = nwt_op_rank(op, 0) > 1 ? 2 : 1;
    int64_t samples = nwt_op_dim(op, 0, rank - 1);
    int64_t dims[3];

    dims[0] = nwt_op_dim(op, 0, 0);
    dims[rank - 1] = mel->num_mel_bins;
    dims[rank] = samples == -1 ? -1
                               : samples / mel->sequence_stride + 1 +
                                     (samples % mel->sequence_stride + 1) / mel->sequence_stride;
    /* A matrix takes frequencies to mel bins; the transform before it is no product. */
    NWT_MACS(op, {"samples", rank > 1 ? dims[0] : 1}, {"frames", dims[rank]},
             {"frequencies", mel->fft_length / 2 + 1},
             {"mel bins", mel->num_mel_bins, NWT_AXIS_JOINED});
    nwti_op_uncounted(op);
    return nwt_op_output(op, rank + 1, dims, 0);
}

KIND(mel_spectrogram, "MelSpectrogram", .about = "turns sound into mel frequencies",
     .options = mel_spectrogram_options, .arguments = mel_spectrogram_arguments,
     .self_size = sizeof(struct mel_spectrogram), .arguments_size = sizeof(nwt_one_tensor),
     .shape = mel_spectrogram_shape, .work = NWT_WORK_STATED);

enum { REAL, IMAG, STFT };

static const char *const stft_modes[] = {"real",      "imag", "stft",  "log",
                                         "magnitude", "psd",  "angle", NULL};

struct stft_spectrogram {
    int32_t mode;
    int64_t frame_length;
    int64_t frame_step;
    int64_t fft_length;
    int32_t padding;
    int32_t expand_dims;
    int32_t data_format;
};

static const char *const scalings[] = {"density", "spectrum", NULL};

static const nwt_option stft_spectrogram_options[] = {
    NWT_OPTION_CHOICE(struct stft_spectrogram, mode, "'log'", stft_modes, "what the output holds"),
    NWT_OPTION_INT(struct stft_spectrogram, frame_length, "256", 1, INT32_MAX,
                   "samples of a frame"),
    NWT_OPTION_INT(struct stft_spectrogram, frame_step, "None", 1, INT32_MAX,
                   "samples between frames; half a frame if not given"),
    NWT_OPTION_INT(struct stft_spectrogram, fft_length, "None", 1, INT32_MAX,
                   "size of the transform; the next power of two if not given"),
    NWT_OPTION_OPAQUE("window", "shape of the window"),
    NWT_OPTION_OPAQUE("periodic", "use a periodic window"),
    {"scaling", "'density'", "how values are scaled", scalings, 0, 0, NWT_TYPE_OPAQUE,
     NWT_FLAG_NULLABLE | NWTI_FLAG_CHOICE, 0, 0, 0, 0},
    {"padding", "'valid'", "pad the input ('same') or not ('valid')", nwti_paddings, 0, 0,
     NWT_TYPE_CHOICE, 0, (int32_t)offsetof(struct stft_spectrogram, padding), 1},
    NWT_OPTION_BOOL(struct stft_spectrogram, expand_dims, "False", "give channels an axis"),
    DATA_FORMAT_ROW(struct stft_spectrogram, data_format),
    NWT_OPTION_END};

NWT_ONE_TENSOR(stft_spectrogram_arguments, 3, 3, "(batch, samples, channels)");

/* Fills in what was not given. */
static int32_t stft_spectrogram_make(nwt_op *op, void *self)
{
    struct stft_spectrogram *stft = self;

    if (stft->frame_step == NWT_NONE_INT) {
        stft->frame_step = stft->frame_length > 1 ? stft->frame_length / 2 : 1;
    }
    if (stft->fft_length == NWT_NONE_INT) {
        for (stft->fft_length = 1; stft->fft_length < stft->frame_length;) {
            stft->fft_length *= 2;
        }
    }
    if (stft->frame_step > stft->frame_length) {
        return NWT_FAIL(op, "frame_step {} is more than frame_length {}", stft->frame_step,
                        stft->frame_length);
    }
    if (stft->fft_length < stft->frame_length) {
        return NWT_FAIL(op, "fft_length {} is less than frame_length {}", stft->fft_length,
                        stft->frame_length);
    }
    return 0;
}

static int32_t stft_spectrogram_weights(nwt_op *op, const void *self)
{
    const struct stft_spectrogram *stft = self;
    const nwt_axis axes[] = {{"frame_length", stft->frame_length},
                             {"channel", 1},
                             {"frequencies", stft->fft_length / 2 + 1}};

    if (stft->mode != IMAG) {
        nwt_op_weight(op, "real_kernel", 3, axes, 0, 0);
    }
    return stft->mode == REAL ? 0 : nwt_op_weight(op, "imag_kernel", 3, axes, 0, 0);
}

static int32_t stft_spectrogram_shape(nwt_op *op, const void *self)
{
    const struct stft_spectrogram *stft = self;
    int32_t first = stft->data_format == NWTI_CHANNELS_FIRST;
    int64_t channels = nwt_op_dim(op, 0, first ? 1 : 2);
    int64_t samples = nwt_op_dim(op, 0, first ? 2 : 1);
    int64_t frequencies = (stft->fft_length / 2 + 1) * (stft->mode == STFT ? 2 : 1);
    int64_t dims[4] = {nwt_op_dim(op, 0, 0)};
    int64_t frames = samples;
    int64_t all = -1;

    if (samples != -1) {
        frames = stft->padding == NWTI_PAD_SAME ? samples : samples - stft->frame_length + 1;
        frames = frames <= 0 ? 0 : (frames - 1) / stft->frame_step + 1;
    }
    if (frames == 0) {
        return NWT_FAIL(op, "frame_length {} is larger than the input's {} samples",
                        stft->frame_length, samples);
    }
    if (channels != -1 && !nwti_multiply(channels, frequencies, &all)) {
        return NWT_FAIL(op, "the output's {} x {} frequencies are too many", channels, frequencies);
    }
    NWT_MACS(op, {"samples", dims[0]}, {"frames", frames}, {"channels", channels},
             {"kernels", stft->mode == REAL || stft->mode == IMAG ? 1 : 2},
             {"frame_length", stft->frame_length, NWT_AXIS_JOINED},
             {"frequencies", stft->fft_length / 2 + 1, NWT_AXIS_JOINED});
    if (stft->mode > STFT) {
        nwti_op_uncounted(op);
    }
    if (stft->expand_dims) {
        dims[1] = first ? channels : frames;
        dims[2] = first ? frames : frequencies;
        dims[3] = first ? frequencies : channels;
        return nwt_op_output(op, 4, dims, 0);
    }
    dims[1] = first ? all : frames;
    dims[2] = first ? frames : all;
    return nwt_op_output(op, 3, dims, 0);
}

KIND(stft_spectrogram, "STFTSpectrogram", .about = "turns sound into frequencies over time",
     .options = stft_spectrogram_options, .arguments = stft_spectrogram_arguments,
     .self_size = sizeof(struct stft_spectrogram), .arguments_size = sizeof(nwt_one_tensor),
     .make = stft_spectrogram_make, .weights = stft_spectrogram_weights,
     .shape = stft_spectrogram_shape, .work = NWT_WORK_STATED);
