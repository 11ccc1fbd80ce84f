/* HDF5: datatypes and dataspaces. */
#include "support/hdf5/internal.h"

#include <string.h>

/* The classes of the format, and what those are called that no weight has. */
enum { FIXED_POINT = 0, FLOATING_POINT = 1, STRING = 3, ENUMERATION = 8, VARIABLE_LENGTH = 9 };

static const char *const class_names[] = {"integer",     "float",    "time",     "string",
                                          "bitfield",    "opaque",   "compound", "reference",
                                          "enumeration", "sequence", "array",    "complex"};
#define CLASS_COUNT (sizeof class_names / sizeof class_names[0])

static const char *const integer_names[2][4] = {{"uint8", "uint16", "uint32", "uint64"},
                                                {"int8", "int16", "int32", "int64"}};

static const struct float_format {
    int32_t size;
    int32_t exponent_bits;
    int32_t mantissa_bits;
    const char *name;
} float_formats[] = {
    {1, 4, 3, "float8_e4m3fn"}, {1, 5, 2, "float8_e5m2"}, {2, 5, 10, "float16"},
    {2, 8, 7, "bfloat16"},      {4, 8, 23, "float32"},    {8, 11, 52, "float64"},
    {16, 15, 112, "float128"},
};

static void read_integer(hdf5_cursor *cursor, uint64_t bits, nwti_hdf5_type *type)
{
    uint64_t offset = nwti_hdf5_take(cursor, 2);
    uint64_t precision = nwti_hdf5_take(cursor, 2);
    int32_t row = 0;

    type->kind = NWTI_HDF5_TYPE_INTEGER;
    type->is_big_endian = (bits & 1) != 0;
    type->is_signed = (bits & 8) != 0;
    while (row < 4 && type->size != 1 << row) {
        row++;
    }
    if (row < 4 && offset == 0 && precision == 8 * (uint64_t)type->size) {
        type->name = integer_names[type->is_signed][row];
    } else {
        type->kind = NWTI_HDF5_TYPE_OTHER;
    }
}

static void read_float(hdf5_cursor *cursor, uint64_t bits, nwti_hdf5_type *type)
{
    enum { VAX_ORDER = 0x40 };
    int32_t exponent, mantissa;
    size_t i;

    nwti_hdf5_skip(cursor, 4 + 1); /* offset, precision, place of the exponent */
    exponent = (int32_t)nwti_hdf5_take(cursor, 1);
    nwti_hdf5_skip(cursor, 1);
    mantissa = (int32_t)nwti_hdf5_take(cursor, 1);
    type->is_signed = 1;
    type->is_big_endian = (bits & 1) != 0;
    for (i = 0; i < sizeof float_formats / sizeof float_formats[0]; i++) {
        const struct float_format *format = &float_formats[i];

        if (format->size == type->size && format->exponent_bits == exponent &&
            format->mantissa_bits == mantissa && (bits & VAX_ORDER) == 0) {
            type->kind = NWTI_HDF5_TYPE_FLOAT;
            type->name = format->name;
        }
    }
}

/* After the integer type stand the names, each padded to 8 bytes before version 3, then values. */
static int32_t is_bool(hdf5_cursor *cursor, int32_t version, int64_t size)
{
    static const char *const names[2] = {"FALSE", "TRUE"};
    unsigned char bytes[8] = {0};
    int32_t i;

    for (i = 0; i < 2; i++) {
        size_t length = version < 3 ? 8 : strlen(names[i]) + 1;

        if (cursor->end - cursor->at < (int64_t)length ||
            !nwti_hdf5_read(cursor->file, cursor->what, cursor->at, bytes, length) ||
            memcmp(bytes, names[i], strlen(names[i]) + 1) != 0) {
            return 0;
        }
        nwti_hdf5_skip(cursor, (int64_t)length);
    }
    return size == 1 && cursor->end - cursor->at >= 2 && nwti_hdf5_take(cursor, 1) == 0 &&
           nwti_hdf5_take(cursor, 1) == 1;
}

static int32_t read_enumeration(hdf5_cursor *cursor, uint64_t bits, int32_t version,
                                nwti_hdf5_type *type)
{
    uint64_t head = nwti_hdf5_take(cursor, 4);
    int64_t size = nwti_hdf5_take_size(cursor, 4);

    if (nwti_hdf5_failed(cursor->file)) {
        return 0;
    }
    if ((head & 0x0f) != FIXED_POINT || size != type->size) {
        return nwti_hdf5_broken(cursor, "an enumeration of what are not integers of its size");
    }
    read_integer(cursor, head >> 8, type);
    if (type->kind == NWTI_HDF5_TYPE_INTEGER) {
        type->kind = NWTI_HDF5_TYPE_ENUM;
    }
    if ((bits & 0xffff) == 2 && is_bool(cursor, version, size)) {
        type->kind = NWTI_HDF5_TYPE_BOOL;
        type->name = "bool";
    }
    return 1;
}

static int32_t read_string(const hdf5_cursor *cursor, uint64_t bits, int32_t is_variable,
                           nwti_hdf5_type *type)
{
    type->kind = NWTI_HDF5_TYPE_STRING;
    type->name = "string";
    type->is_variable = is_variable;
    type->padding = (int32_t)(is_variable ? bits >> 4 & 0x0f : bits & 0x0f);
    if (is_variable && type->size != 4 + cursor->file->offset_size + 4) {
        return nwti_hdf5_broken(cursor, "a variable-length string of a wrong size");
    }
    return 1;
}

int32_t nwti_hdf5_type_read(nwti_hdf5 *file, hdf5_message message, nwti_hdf5_type *type)
{
    hdf5_cursor cursor;
    int32_t head, class_number;
    uint64_t bits;

    memset(type, 0, sizeof *type);
    if (!nwti_hdf5_resolve(file, &message)) {
        return 0;
    }
    nwti_hdf5_cursor(file, &cursor, "datatype", message.offset, message.size);
    head = (int32_t)nwti_hdf5_take(&cursor, 1);
    bits = nwti_hdf5_take(&cursor, 3);
    type->size = nwti_hdf5_take_size(&cursor, 4);
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    class_number = head & 0x0f;
    if (head >> 4 < 1 || head >> 4 > 5) {
        return nwti_hdf5_broken(&cursor, "its version is none of 1 to 5");
    }
    if (type->size == 0) {
        return nwti_hdf5_broken(&cursor, "its elements have no bytes");
    }
    type->name = (size_t)class_number < CLASS_COUNT ? class_names[class_number] : "unknown";
    if (class_number == FIXED_POINT) {
        read_integer(&cursor, bits, type);
    } else if (class_number == FLOATING_POINT) {
        read_float(&cursor, bits, type);
    } else if (class_number == ENUMERATION) {
        read_enumeration(&cursor, bits, head >> 4, type);
    } else if (class_number == STRING || (class_number == VARIABLE_LENGTH && (bits & 0x0f) == 1)) {
        read_string(&cursor, bits, class_number == VARIABLE_LENGTH, type);
    }
    return !nwti_hdf5_failed(file);
}

int32_t nwti_hdf5_space_read(nwti_hdf5 *file, hdf5_message message, nwti_hdf5_space *space)
{
    enum { NULL_SPACE = 2 };
    hdf5_cursor cursor;
    int32_t version, i;
    int64_t nonzero = 1;

    memset(space, 0, sizeof *space);
    if (!nwti_hdf5_resolve(file, &message)) {
        return 0;
    }
    nwti_hdf5_cursor(file, &cursor, "dataspace", message.offset, message.size);
    version = nwti_hdf5_take_version(&cursor, 1, 2);
    space->rank = (int32_t)nwti_hdf5_take(&cursor, 1);
    nwti_hdf5_skip(&cursor, 1); /* whether it has greatest dimensions */
    if (version == 1) {
        nwti_hdf5_skip(&cursor, 5);
    } else {
        space->is_null = nwti_hdf5_take(&cursor, 1) == NULL_SPACE;
    }
    if (nwti_hdf5_failed(file)) {
        return 0;
    }
    if (space->rank > NWTI_HDF5_RANK) {
        return nwti_hdf5_broken(&cursor, "it has more than 32 dimensions");
    }
    space->count = !space->is_null;
    for (i = 0; i < space->rank; i++) {
        space->dims[i] = nwti_hdf5_take_length(&cursor);
        if (!nwti_multiply(nonzero, space->dims[i] != 0 ? space->dims[i] : 1, &nonzero)) {
            return nwti_hdf5_broken(&cursor, "it has 2^63 elements or more");
        }
        space->count *= space->dims[i];
    }
    return !nwti_hdf5_failed(file);
}
