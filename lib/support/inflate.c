#include "support/inflate.h"

#include <string.h>

#define MASK (NWTI_INFLATE_WINDOW - 1)
#define FAST_SIZE ((uint32_t)1 << NWTI_INFLATE_FAST_BITS)

enum { MAX_BITS = 15, LITERALS = 286, DISTANCES = 30, END_OF_BLOCK = 256 };
enum { STORED, FIXED, DYNAMIC, RESERVED, NO_BLOCK = -1 };

/* RFC 1951, 3.2.5. */
static const uint16_t length_base[29] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                         15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                         67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                         2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[DISTANCES] = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extra[DISTANCES] = {0, 0, 0,  0,  1,  1,  2,  2,  3,  3,
                                                  4, 4, 5,  5,  6,  6,  7,  7,  8,  8,
                                                  9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/* Of the reflected polynomial 0xedb88320, for each byte. */
static const uint32_t crc_table[256] = {
    0x00000000, 0x77073096, 0xee0e612c, 0x990951ba, 0x076dc419, 0x706af48f, 0xe963a535, 0x9e6495a3,
    0x0edb8832, 0x79dcb8a4, 0xe0d5e91e, 0x97d2d988, 0x09b64c2b, 0x7eb17cbd, 0xe7b82d07, 0x90bf1d91,
    0x1db71064, 0x6ab020f2, 0xf3b97148, 0x84be41de, 0x1adad47d, 0x6ddde4eb, 0xf4d4b551, 0x83d385c7,
    0x136c9856, 0x646ba8c0, 0xfd62f97a, 0x8a65c9ec, 0x14015c4f, 0x63066cd9, 0xfa0f3d63, 0x8d080df5,
    0x3b6e20c8, 0x4c69105e, 0xd56041e4, 0xa2677172, 0x3c03e4d1, 0x4b04d447, 0xd20d85fd, 0xa50ab56b,
    0x35b5a8fa, 0x42b2986c, 0xdbbbc9d6, 0xacbcf940, 0x32d86ce3, 0x45df5c75, 0xdcd60dcf, 0xabd13d59,
    0x26d930ac, 0x51de003a, 0xc8d75180, 0xbfd06116, 0x21b4f4b5, 0x56b3c423, 0xcfba9599, 0xb8bda50f,
    0x2802b89e, 0x5f058808, 0xc60cd9b2, 0xb10be924, 0x2f6f7c87, 0x58684c11, 0xc1611dab, 0xb6662d3d,
    0x76dc4190, 0x01db7106, 0x98d220bc, 0xefd5102a, 0x71b18589, 0x06b6b51f, 0x9fbfe4a5, 0xe8b8d433,
    0x7807c9a2, 0x0f00f934, 0x9609a88e, 0xe10e9818, 0x7f6a0dbb, 0x086d3d2d, 0x91646c97, 0xe6635c01,
    0x6b6b51f4, 0x1c6c6162, 0x856530d8, 0xf262004e, 0x6c0695ed, 0x1b01a57b, 0x8208f4c1, 0xf50fc457,
    0x65b0d9c6, 0x12b7e950, 0x8bbeb8ea, 0xfcb9887c, 0x62dd1ddf, 0x15da2d49, 0x8cd37cf3, 0xfbd44c65,
    0x4db26158, 0x3ab551ce, 0xa3bc0074, 0xd4bb30e2, 0x4adfa541, 0x3dd895d7, 0xa4d1c46d, 0xd3d6f4fb,
    0x4369e96a, 0x346ed9fc, 0xad678846, 0xda60b8d0, 0x44042d73, 0x33031de5, 0xaa0a4c5f, 0xdd0d7cc9,
    0x5005713c, 0x270241aa, 0xbe0b1010, 0xc90c2086, 0x5768b525, 0x206f85b3, 0xb966d409, 0xce61e49f,
    0x5edef90e, 0x29d9c998, 0xb0d09822, 0xc7d7a8b4, 0x59b33d17, 0x2eb40d81, 0xb7bd5c3b, 0xc0ba6cad,
    0xedb88320, 0x9abfb3b6, 0x03b6e20c, 0x74b1d29a, 0xead54739, 0x9dd277af, 0x04db2615, 0x73dc1683,
    0xe3630b12, 0x94643b84, 0x0d6d6a3e, 0x7a6a5aa8, 0xe40ecf0b, 0x9309ff9d, 0x0a00ae27, 0x7d079eb1,
    0xf00f9344, 0x8708a3d2, 0x1e01f268, 0x6906c2fe, 0xf762575d, 0x806567cb, 0x196c3671, 0x6e6b06e7,
    0xfed41b76, 0x89d32be0, 0x10da7a5a, 0x67dd4acc, 0xf9b9df6f, 0x8ebeeff9, 0x17b7be43, 0x60b08ed5,
    0xd6d6a3e8, 0xa1d1937e, 0x38d8c2c4, 0x4fdff252, 0xd1bb67f1, 0xa6bc5767, 0x3fb506dd, 0x48b2364b,
    0xd80d2bda, 0xaf0a1b4c, 0x36034af6, 0x41047a60, 0xdf60efc3, 0xa867df55, 0x316e8eef, 0x4669be79,
    0xcb61b38c, 0xbc66831a, 0x256fd2a0, 0x5268e236, 0xcc0c7795, 0xbb0b4703, 0x220216b9, 0x5505262f,
    0xc5ba3bbe, 0xb2bd0b28, 0x2bb45a92, 0x5cb36a04, 0xc2d7ffa7, 0xb5d0cf31, 0x2cd99e8b, 0x5bdeae1d,
    0x9b64c2b0, 0xec63f226, 0x756aa39c, 0x026d930a, 0x9c0906a9, 0xeb0e363f, 0x72076785, 0x05005713,
    0x95bf4a82, 0xe2b87a14, 0x7bb12bae, 0x0cb61b38, 0x92d28e9b, 0xe5d5be0d, 0x7cdcefb7, 0x0bdbdf21,
    0x86d3d2d4, 0xf1d4e242, 0x68ddb3f8, 0x1fda836e, 0x81be16cd, 0xf6b9265b, 0x6fb077e1, 0x18b74777,
    0x88085ae6, 0xff0f6a70, 0x66063bca, 0x11010b5c, 0x8f659eff, 0xf862ae69, 0x616bffd3, 0x166ccf45,
    0xa00ae278, 0xd70dd2ee, 0x4e048354, 0x3903b3c2, 0xa7672661, 0xd06016f7, 0x4969474d, 0x3e6e77db,
    0xaed16a4a, 0xd9d65adc, 0x40df0b66, 0x37d83bf0, 0xa9bcae53, 0xdebb9ec5, 0x47b2cf7f, 0x30b5ffe9,
    0xbdbdf21c, 0xcabac28a, 0x53b39330, 0x24b4a3a6, 0xbad03605, 0xcdd70693, 0x54de5729, 0x23d967bf,
    0xb3667a2e, 0xc4614ab8, 0x5d681b02, 0x2a6f2b94, 0xb40bbe37, 0xc30c8ea1, 0x5a05df1b, 0x2d02ef8d,
};

uint32_t nwti_crc32(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    size_t i;

    crc = ~crc;
    for (i = 0; i < size; i++) {
        crc = crc >> 8 ^ crc_table[(crc ^ p[i]) & 0xff];
    }
    return ~crc;
}

static void fail(nwti_inflate_state *s, const char *what)
{
    if (s->failure == NULL) {
        s->failure = what;
    }
}

/* Fetches input; 0 at its end or if the source fails. */
static int32_t refill(nwti_inflate *inflate)
{
    nwti_inflate_state *s = &inflate->state;
    int64_t left = inflate->source.size - s->next_input;
    size_t size = left < NWTI_INFLATE_INPUT ? (size_t)left : NWTI_INFLATE_INPUT;

    if (size == 0 || s->failure != NULL) {
        return 0;
    }
    if (!nwti_source_read(&inflate->source, s->next_input, inflate->input, size, NULL)) {
        s->source_failed = 1;
        fail(s, "the compressed bytes could not be read");
        return 0;
    }
    inflate->input_next = 0;
    inflate->input_end = size;
    return 1;
}

/* Makes at least 48 bits ready, fewer only at the end of the input: enough for any one step. */
static void fill(nwti_inflate *inflate)
{
    nwti_inflate_state *s = &inflate->state;

    if (s->bit_count >= 48) {
        return;
    }
    while (s->bit_count <= 56) {
        if (inflate->input_next == inflate->input_end && !refill(inflate)) {
            return;
        }
        s->bits |= (uint64_t)inflate->input[inflate->input_next++] << s->bit_count;
        s->bit_count += 8;
        s->next_input++;
    }
}

/* Uses up bits that were looked at; beyond the input's end they were zeros. */
static void drop(nwti_inflate_state *s, uint32_t count)
{
    if (count > s->bit_count) {
        fail(s, "the compressed data ends too early");
        count = s->bit_count;
    }
    s->bits >>= count;
    s->bit_count -= count;
}

/* The next `count` bits, at most 16, which fill has made ready. */
static uint32_t take(nwti_inflate_state *s, uint32_t count)
{
    uint32_t value = (uint32_t)s->bits & (((uint32_t)1 << count) - 1);

    drop(s, count);
    return value;
}

static uint32_t reverse(uint32_t code, uint32_t length)
{
    uint32_t reversed = 0;

    while (length-- > 0) {
        reversed = reversed << 1 | (code & 1);
        code >>= 1;
    }
    return reversed;
}

/*
 * Lays out the code whose symbols have these lengths. Returns 0 if it is over-subscribed, or
 * incomplete; as in zlib, a lone code of one bit is allowed, and so is none (`may_be_empty`).
 */
static int32_t build(nwti_huffman *code, const uint8_t *lengths, uint32_t symbols,
                     int32_t may_be_empty, int32_t may_be_lone)
{
    uint32_t first[MAX_BITS + 2] = {0}, place[MAX_BITS + 2] = {0};
    uint32_t i, length, used = 0;
    int32_t left = 1;

    memset(code->fast, 0, sizeof code->fast);
    memset(code->count, 0, sizeof code->count);
    for (i = 0; i < symbols; i++) {
        code->count[lengths[i]]++;
    }
    code->count[0] = 0;
    for (length = 1; length <= MAX_BITS; length++) {
        left = left * 2 - code->count[length];
        if (left < 0) {
            return 0;
        }
        used += code->count[length];
        place[length + 1] = place[length] + code->count[length];
        first[length + 1] = (first[length] + code->count[length]) << 1;
    }
    if (left > 0 && !(used == 0 && may_be_empty) &&
        !(used == 1 && code->count[1] == 1 && may_be_lone)) {
        return 0;
    }
    for (i = 0; i < symbols; i++) {
        length = lengths[i];
        if (length == 0) {
            continue;
        }
        code->symbol[place[length]++] = (uint16_t)i;
        if (length <= NWTI_INFLATE_FAST_BITS) {
            uint32_t at = reverse(first[length], length);

            for (; at < FAST_SIZE; at += (uint32_t)1 << length) {
                code->fast[at] = (uint16_t)(i << 4 | length);
            }
        }
        first[length]++;
    }
    return 1;
}

/* The next symbol, without the table of short codes; -1: no such code, or too few bits. */
static int32_t decode_long(const nwti_huffman *code, nwti_inflate_state *s)
{
    uint32_t value = 0, first = 0, place = 0, length;

    for (length = 1; length <= MAX_BITS; length++) {
        uint32_t count = code->count[length];

        value |= (uint32_t)(s->bits >> (length - 1)) & 1;
        if (value - first < count && length <= s->bit_count) {
            drop(s, length);
            return code->symbol[place + (value - first)];
        }
        place += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    if (s->bit_count < MAX_BITS) {
        fail(s, "the compressed data ends too early");
    }
    return -1;
}

static int32_t decode(const nwti_huffman *code, nwti_inflate_state *s)
{
    uint32_t entry = code->fast[s->bits & (FAST_SIZE - 1)];

    if (entry == 0 || (entry & 15) > s->bit_count) {
        return decode_long(code, s);
    }
    drop(s, entry & 15);
    return (int32_t)(entry >> 4);
}

static void start_fixed(nwti_inflate_state *s)
{
    uint8_t lengths[288];

    if (s->fixed_codes) {
        return;
    }
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    build(&s->literals, lengths, 288, 0, 0);
    memset(lengths, 5, 32);
    build(&s->distances, lengths, 32, 0, 0);
    s->fixed_codes = 1;
}

/* Reads the code lengths of a dynamic block, themselves coded and run-length packed. */
static void read_lengths(nwti_inflate *inflate, const nwti_huffman *code, uint8_t *lengths,
                         uint32_t total)
{
    nwti_inflate_state *s = &inflate->state;
    uint32_t n = 0;

    while (n < total && s->failure == NULL) {
        uint32_t repeat = 1;
        int32_t symbol;
        uint8_t value;

        fill(inflate);
        symbol = decode(code, s);
        if (symbol < 0 || (symbol == 16 && n == 0)) {
            fail(s, "a code length is invalid");
            return;
        }
        value = symbol < 16 ? (uint8_t)symbol : symbol == 16 ? lengths[n - 1] : 0;
        if (symbol >= 16) {
            repeat = symbol == 16   ? 3 + take(s, 2)
                     : symbol == 17 ? 3 + take(s, 3)
                                    : 11 + take(s, 7);
        }
        if (repeat > total - n) {
            fail(s, "a code has too many lengths");
            return;
        }
        memset(lengths + n, value, repeat);
        n += repeat;
    }
}

static void start_dynamic(nwti_inflate *inflate)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    nwti_inflate_state *s = &inflate->state;
    uint8_t lengths[LITERALS + DISTANCES] = {0};
    uint32_t literals = 257 + take(s, 5), distances = 1 + take(s, 5), packed = 4 + take(s, 4), i;

    if (literals > LITERALS || distances > DISTANCES) {
        fail(s, "a block has too many length or distance symbols");
        return;
    }
    for (i = 0; i < packed; i++) {
        fill(inflate);
        lengths[order[i]] = (uint8_t)take(s, 3);
    }
    /* The code of the lengths is needed only here: it stands where the distances' will. */
    s->fixed_codes = 0;
    if (!build(&s->distances, lengths, 19, 0, 0)) {
        fail(s, "the code of the code lengths is over-subscribed or incomplete");
        return;
    }
    memset(lengths, 0, 19);
    read_lengths(inflate, &s->distances, lengths, literals + distances);
    if (s->failure != NULL) {
        return;
    }
    if (lengths[END_OF_BLOCK] == 0) {
        fail(s, "a block has no code for its end");
    } else if (!build(&s->literals, lengths, literals, 0, 1)) {
        fail(s, "a literal and length code is over-subscribed or incomplete");
    } else if (!build(&s->distances, lengths + literals, distances, 1, 1)) {
        fail(s, "a distance code is over-subscribed or incomplete");
    }
}

static void start_stored(nwti_inflate *inflate)
{
    nwti_inflate_state *s = &inflate->state;
    uint32_t length, complement;

    drop(s, s->bit_count % 8);
    fill(inflate);
    length = take(s, 16);
    complement = take(s, 16);
    if (length != (complement ^ 0xffff)) {
        fail(s, "a stored block's length is not confirmed by its complement");
    }
    s->stored_left = length;
}

static void start_block(nwti_inflate *inflate)
{
    nwti_inflate_state *s = &inflate->state;

    if (s->last_block) {
        s->ended = 1;
        return;
    }
    fill(inflate);
    s->last_block = (int32_t)take(s, 1);
    s->block = (int32_t)take(s, 2);
    if (s->failure != NULL) {
        return;
    }
    if (s->block == STORED) {
        start_stored(inflate);
    } else if (s->block == FIXED) {
        start_fixed(s);
    } else if (s->block == DYNAMIC) {
        start_dynamic(inflate);
    } else {
        fail(s, "a block has the reserved type 3");
    }
}

/* Copies up to `room` bytes of a stored block to `out`; the bits hold whole bytes here. */
static size_t copy_stored(nwti_inflate *inflate, unsigned char *out, size_t room)
{
    nwti_inflate_state *s = &inflate->state;
    size_t wanted = s->stored_left < room ? s->stored_left : room, n = 0;

    while (n < wanted && s->failure == NULL) {
        size_t ready = inflate->input_end - inflate->input_next;

        if (s->bit_count > 0) {
            out[n++] = (unsigned char)take(s, 8);
        } else if (ready > 0) {
            ready = ready < wanted - n ? ready : wanted - n;
            memcpy(out + n, inflate->input + inflate->input_next, ready);
            inflate->input_next += ready;
            s->next_input += (int64_t)ready;
            n += ready;
        } else if (!refill(inflate)) {
            fail(s, "the compressed data ends too early");
        }
    }
    s->stored_left -= n;
    if (s->stored_left == 0) {
        s->block = NO_BLOCK;
    }
    return n;
}

/* Sets the match that a length symbol begins; `produced` counts the bytes before it. */
static void start_match(nwti_inflate_state *s, int32_t symbol, int64_t produced)
{
    size_t distance;

    symbol -= END_OF_BLOCK + 1;
    if (symbol >= (int32_t)sizeof length_extra) {
        fail(s, "a length symbol is invalid");
        return;
    }
    s->match_left = length_base[symbol] + take(s, length_extra[symbol]);
    symbol = decode(&s->distances, s);
    if (symbol < 0 || symbol >= DISTANCES) {
        fail(s, "a distance symbol is invalid");
        return;
    }
    distance = distance_base[symbol] + take(s, distance_extra[symbol]);
    if ((int64_t)distance > produced) {
        fail(s, "a distance reaches before the beginning");
    }
    s->match_distance = distance;
}

/* Decodes up to `room` bytes of a fixed or dynamic block into the window at `at`. */
static size_t decode_block(nwti_inflate *inflate, size_t at, size_t room)
{
    nwti_inflate_state *s = &inflate->state;
    size_t n = 0;

    while (n < room && s->failure == NULL) {
        int32_t symbol;

        if (s->match_left > 0) {
            size_t length = s->match_left < room - n ? s->match_left : room - n;
            size_t from = at + n - s->match_distance, end = n + length;

            s->match_left -= length;
            while (n < end) {
                s->window[at + n++] = s->window[from++ & MASK];
            }
            continue;
        }
        fill(inflate);
        symbol = decode(&s->literals, s);
        if (symbol < 0) {
            fail(s, "a literal or length code is invalid");
        } else if (symbol < END_OF_BLOCK) {
            s->window[at + n++] = (unsigned char)symbol;
        } else if (symbol == END_OF_BLOCK) {
            s->block = NO_BLOCK;
            break;
        } else {
            start_match(s, symbol, s->produced + (int64_t)n);
        }
    }
    return n;
}

size_t nwti_inflate_read(nwti_inflate *inflate, void *buffer, size_t size)
{
    nwti_inflate_state *s = &inflate->state;
    unsigned char *out = buffer;
    size_t done = 0;

    while (done < size && !s->ended && s->failure == NULL) {
        size_t at = (size_t)(s->produced & MASK), n = 0;
        size_t room = size - done < NWTI_INFLATE_WINDOW - at ? size - done
                                                             : NWTI_INFLATE_WINDOW - at;

        if (s->block == NO_BLOCK) {
            start_block(inflate);
        } else if (s->block == STORED) {
            n = copy_stored(inflate, s->window + at, room);
        } else {
            n = decode_block(inflate, at, room);
        }
        if ((int64_t)n > inflate->limit - s->produced) {
            n = (size_t)(inflate->limit - s->produced);
            fail(s, "there is more data than was said");
        }
        s->crc = nwti_crc32(s->crc, s->window + at, n);
        if (out != NULL) {
            memcpy(out + done, s->window + at, n);
        }
        s->produced += (int64_t)n;
        done += n;
    }
    return done;
}

void nwti_inflate_start(nwti_inflate *inflate, const nwti_source *compressed, int64_t limit)
{
    memset(inflate, 0, sizeof *inflate);
    inflate->source = *compressed;
    inflate->limit = limit;
    inflate->state.block = NO_BLOCK;
}

int64_t nwti_inflate_offset(const nwti_inflate *inflate)
{
    return inflate->state.next_input - inflate->state.bit_count / 8;
}

void nwti_inflate_save(const nwti_inflate *inflate, nwti_inflate_state *state)
{
    *state = inflate->state;
}

void nwti_inflate_restore(nwti_inflate *inflate, const nwti_inflate_state *state)
{
    inflate->state = *state;
    inflate->input_next = 0;
    inflate->input_end = 0;
}
