"""The machine formats, read by parsers that are not ours: JSON and CSV by Python's, Markdown by
cmark, which turns it into HTML as far as CommonMark goes (tables are GitHub's own addition).

    formats.py NETWEIGHT MODEL ...

Prints what is wrong.
"""
import csv
import html
import io
import json
import re
import shutil
import subprocess
import sys


def run(*command, data=None):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True).stdout


def same(a, b):
    return a == ('' if b is None else str(b))


def check_csv(command, path, document):
    text = run(command, '-f', 'csv', path).decode()
    assert text.endswith('\r\n'), 'the line end'
    rows = list(csv.DictReader(io.StringIO(text, newline='')))
    assert len(rows) == len(document['layers']), 'the number of rows'
    for row, layer in zip(rows, document['layers']):
        assert row['name'] == layer['name'], row['name']
        assert row['class'] == layer['class_name'], row['class']
        assert same(row['params'], layer['params']), row
        assert same(row['trainable'], layer['trainable_params']), row
        assert same(row['bytes'], layer['weight_bytes']), row


def visible(name):
    return re.sub('[\x00-\x1f\x7f]', lambda m: {'\n': '\\n', '\t': '\\t', '\r': '\\r'}.get(
        m[0], f'\\x{ord(m[0]):02x}'), name).replace('\u202e', '\\u202e')


def check_markdown(command, path, document):
    text = run(command, '-f', 'markdown', path)
    assert text.endswith(b'\n') and not text.endswith(b'\n\n'), 'the end'
    page = run('cmark', '--unsafe', data=text).decode()
    table, rest = page.split('</p>', 1)
    assert '<' not in table[len('<p>'):].replace('<br>', ''), 'markup in a cell'
    lines = html.unescape(table).split('\n')[2:]
    assert len(lines) == len(document['layers']), 'the number of rows'
    for line, layer in zip(lines, document['layers']):
        if '\ufffd' not in layer['name']:
            # cmark takes the backslash off a pipe, GitHub's tables as well.
            start = '| ' + visible(layer['name']) + ' (' + layer['class_name'] + ')'
            assert line.startswith(start), (line, start)
    assert rest.count('<li>') >= 3, 'the totals'


def main(command, *paths):
    has_cmark = shutil.which('cmark')
    for path in paths:
        try:
            document = json.loads(run(command, '-f', 'json', path).decode())
            check_csv(command, path, document)
            if has_cmark:
                check_markdown(command, path, document)
        except (AssertionError, ValueError, subprocess.CalledProcessError) as error:
            print(f'{path}: {error!r}')


main(*sys.argv[1:])
