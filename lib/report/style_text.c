/* Shapes and bytes as Keras writes them, in whatever style. */
#include "report/style.h"

void nwti_style_shape(nwti_text *text, int32_t rank, const int64_t *dims, const char *single)
{
    int32_t i;

    if (rank < 0) {
        nwti_text_string(text, "?");
        return;
    }
    nwti_text_string(text, "(");
    for (i = 0; i < rank; i++) {
        nwti_text_string(text, i > 0 ? ", " : "");
        if (dims[i] < 0) {
            nwti_text_string(text, "None");
        } else {
            nwti_text_int(text, dims[i]);
        }
    }
    nwti_text_string(text, rank == 1 ? single : ")");
}

/* The number is a float in Keras: exact up to 2^53, and rounded to even when written. After PB it
   divides once more. */
void nwti_style_bytes(nwti_text *text, int64_t bytes, const char *unit)
{
    static const char *const units[] = {NULL, "KB", "MB", "GB", "TB", "PB", "PB"};
    uint64_t number = (uint64_t)(double)bytes, rest, hundredths;
    uint64_t one = 1;
    int32_t i = 0;

    for (; i < 6 && number / one >= 1024; i++) {
        one *= 1024;
    }
    if (i == 6) {
        number /= 1024;
        one /= 1024;
    }
    rest = number % one * 100;
    hundredths = rest / one;
    rest %= one;
    hundredths += rest > one / 2 || (2 * rest == one && hundredths % 2 != 0);
    nwti_text_int(text, (int64_t)(number / one + hundredths / 100));
    nwti_text_string(text, hundredths % 100 < 10 ? ".0" : ".");
    nwti_text_int(text, (int64_t)(hundredths % 100));
    nwti_text_string(text, " ");
    nwti_text_string(text, i == 0 ? unit : units[i]);
}
