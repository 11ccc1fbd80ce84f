"""Writes lib/support/cells.def: the columns of characters in a terminal.

    cells.py ../../lib/support/cells.def            # with Keras 3's rich

Keras 3 measures its tables with rich, whose own functions are asked here.
"""
import sys

from rich import cells
from rich._unicode_data import load


def ranges(width_of):
    """(first, last, width) of characters that are not one column wide."""
    found = []
    for code in range(0x110000):
        width = width_of(code)
        if width is None:
            continue
        if found and found[-1][1] == code - 1 and found[-1][2] == width:
            found[-1][1] = code
        else:
            found.append([code, code, width])
    return found


def width_of(code):
    width = cells.get_character_cell_size(chr(code))
    return None if width == 1 else width


def widened(code):
    wider = cells.cell_len(chr(code) + '\ufe0f')
    return wider if wider > cells.get_character_cell_size(chr(code)) else None


def lines(macro, items):
    line = ''
    for item in items:
        more = '%s(%s) ' % (macro, item)
        if len(line) + len(more) > 99:
            yield line.rstrip() + '\n'
            line = ''
        line += more
    yield line.rstrip() + '\n'


def main():
    with open(sys.argv[1], 'w') as f:
        f.write('/* Columns of characters in a terminal, Unicode %s; made by '
                'tests/oracle/cells.py.\n   CELLS(first, last, columns) of '
                'those that do not take one; WIDENED(first, last) take one '
                'more\n   before U+FE0F. Both in order. */\n'
                % load('auto').unicode_version)
        f.write('#ifdef CELLS\n')
        f.writelines(lines('CELLS', ('0x%04X, 0x%04X, %d' % tuple(r)
                                     for r in ranges(width_of))))
        f.write('#endif\n#ifdef WIDENED\n')
        f.writelines(lines('WIDENED', ('0x%04X, 0x%04X' % tuple(r[:2])
                                       for r in ranges(widened))))
        f.write('#endif\n')


if __name__ == '__main__':
    main()
