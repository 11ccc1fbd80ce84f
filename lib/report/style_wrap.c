/* Text in lines, as rich wraps it for Keras 3. */
#include "report/style.h"
#include "support/cells.h"

#include <string.h>

enum { TAB = 8 };

typedef struct wrapping {
    nwti_text *out;
    int64_t width;
    int32_t align;
    const char *text; /* the line that is being wrapped */
    size_t length;
    size_t start; /* of what is not written yet */
} wrapping;

/* The length without the white space at the end, as far as it is beyond `keep` characters. */
static size_t strip(const char *text, size_t length, int64_t keep)
{
    size_t i = 0, end = 0;

    while (i < length) {
        uint32_t character;

        i += nwti_cells_decode(text + i, length - i, &character);
        if (keep-- > 0 || !nwti_cells_is_space(character)) {
            end = i;
        }
    }
    return end;
}

/* Writes a line: what stands before `end`, cut or padded to the width. */
static void write_piece(wrapping *w, size_t end)
{
    const char *piece = w->text + w->start;
    size_t length = strip(piece, end - w->start, w->width);
    int64_t room;

    if (w->align == NWTI_RIGHT || w->align == NWTI_CENTRE) {
        length = strip(piece, length, 0);
    }
    room = w->width - nwti_cells_width(piece, length);
    if (w->align == NWTI_RIGHT || w->align == NWTI_CENTRE) {
        int64_t before = w->align == NWTI_RIGHT ? room : room / 2;

        nwti_text_repeat(w->out, ' ', before);
        room = room > 0 ? room - before : room;
    }
    if (room < 0 && w->align != NWTI_PLAIN) {
        int64_t columns;

        length = nwti_cells_cut(piece, length, w->width - 1, &columns);
        nwti_text_add(w->out, piece, length);
        nwti_text_repeat(w->out, ' ', w->width - 1 - columns);
        nwti_text_string(w->out, "…");
    } else {
        nwti_text_add(w->out, piece, length);
        nwti_text_repeat(w->out, ' ', w->align == NWTI_PLAIN ? 0 : room);
    }
    nwti_text_string(w->out, "\n");
    w->start = end;
}

/* The end of a word with the white space around it; *solid: without that after it. 0: no word. */
static size_t word_end(const wrapping *w, size_t start, size_t *solid)
{
    size_t i = start, next;
    uint32_t character;

    *solid = start;
    while (i < w->length) {
        next = i + nwti_cells_decode(w->text + i, w->length - i, &character);
        if (!nwti_cells_is_space(character)) {
            if (*solid > start && *solid < i) {
                break;
            }
            *solid = next;
        }
        i = next;
    }
    return *solid > start ? i : 0;
}

/* Breaks a word that no line can hold; returns the columns of its last piece. */
static int64_t fold(wrapping *w, size_t start, size_t end)
{
    int64_t column = 0;

    while (start < end) {
        int64_t wider = column;
        size_t next = start + nwti_cells_cluster(w->text + start, end - start, &wider);

        if (wider > w->width && column > 0) {
            write_piece(w, start);
            wider -= column;
        }
        column = wider;
        start = next;
    }
    return column;
}

static void wrap_line(wrapping *w)
{
    size_t word = 0, end, solid;
    int64_t column = 0;

    w->start = 0;
    while ((end = word_end(w, word, &solid)) != 0) {
        int64_t needed = nwti_cells_width(w->text + word, solid - word);
        int64_t whole = nwti_cells_width(w->text + word, end - word);

        if (w->width - column >= needed) {
            column += whole;
        } else if (needed > w->width || column > 0) {
            if (word > 0) {
                write_piece(w, word);
            }
            column = needed > w->width && w->align == NWTI_PLAIN ? fold(w, word, end) : whole;
        }
        word = end;
    }
    write_piece(w, w->length);
}

/* Tabs become spaces; *line is overwritten. */
static void expand_tabs(nwti_text *line, const char *text, size_t length)
{
    size_t start = 0, i;
    int64_t column = 0;

    nwti_text_clear(line);
    for (i = 0; i <= length; i++) {
        if (i < length && text[i] != '\t') {
            continue;
        }
        nwti_text_add(line, text + start, i - start);
        column += nwti_cells_width(text + start, i - start);
        if (i < length) {
            nwti_text_repeat(line, ' ', TAB - column % TAB);
            column = 0;
        }
        start = i + 1;
    }
}

void nwti_style_wrap(nwti_text *out, nwti_text *scratch, const nwti_text *text, int64_t width,
                     int32_t align)
{
    const char *line = text->length > 0 ? text->data : "";
    const char *end = line + text->length, *next;

    for (; line <= end; line = next + 1) {
        wrapping w = {out, width, align, NULL, 0, 0};

        next = memchr(line, '\n', (size_t)(end - line));
        next = next != NULL ? next : end;
        expand_tabs(scratch, line, (size_t)(next - line));
        if (scratch->failed) {
            out->failed = 1;
            return;
        }
        w.text = scratch->data;
        w.length = scratch->length;
        wrap_line(&w);
    }
}
