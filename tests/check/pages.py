#!/usr/bin/env python3
"""The page of a model in a real browser: pages.py NETWEIGHT CHROMIUM FOLDER MODEL ...

Makes the pages in FOLDER and prints what is wrong with them, a line each: nothing is right.
"""
import csv
import html
import io
import json
import re
import subprocess
import sys

WIDTHS = (360, 768, 1280)
SCHEMES = {'light': 1, 'dark': 0}

# Runs beside the pages, each in a frame of each width; what it finds it leaves in the document.
SCRIPT = r'''
function luminance(c) {
    const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    return 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
}
function rgb(text) { return text.match(/[\d.]+/g).map(Number); }
function ground(element, view) {
    for (; element; element = element.parentElement) {
        const c = rgb(view.getComputedStyle(element).backgroundColor);
        if (c.length < 4 || c[3] > 0) { return c; }
    }
    return [255, 255, 255];
}
function contrast(a, b) {
    const x = luminance(a), y = luminance(b);
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
function examine(frame) {
    const page = frame.contentDocument, view = frame.contentWindow, faults = new Set();
    const all = [...page.querySelectorAll('details')], root = page.documentElement;
    const fault = text => faults.add(text);
    let followed = 0;
    const fits = when => {
        if (root.scrollWidth > view.innerWidth) {
            const wide = [...page.querySelectorAll('body *')].filter(
                e => e.getBoundingClientRect().right > view.innerWidth && !e.closest('svg'));
            fault(when + ': ' + root.scrollWidth + ' wide, by ' +
                  wide.slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join(' and '));
        }
    };
    const closed = all.map(d => d.offsetHeight);
    fits('closed');
    all.forEach(d => { d.open = true; });
    fits('open');
    all.forEach((d, i) => {
        const inner = d.querySelector('.x');
        if (!inner || inner.offsetHeight < 20 || d.offsetHeight <= closed[i]) {
            fault('row does not open: ' + d.querySelector('summary').textContent);
        }
    });
    page.querySelectorAll('a').forEach(a => {
        const row = page.getElementById(a.hash.slice(1));
        if (!a.getAttribute('href').startsWith('#') || !row || row.tagName != 'TR' ||
            row.querySelector('summary b').textContent != a.textContent) {
            fault('link leads nowhere: ' + a.outerHTML);
        } else if (followed++ < 3) {
            view.location.hash = a.hash;
            if (page.querySelector(':target') != row) { fault('no target: ' + a.hash); }
        }
    });
    const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT), seen = new Set();
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || element.closest('svg') ||
            !element.getClientRects().length) { continue; }
        const style = view.getComputedStyle(element), on = ground(element, view);
        const ratio = contrast(rgb(style.color), on);
        if (!seen.has(style.color + on) && ratio < 4.5) {
            fault('contrast ' + ratio.toFixed(2) + ': ' + element.outerHTML.slice(0, 80));
        }
        seen.add(style.color + on);
    }
    page.querySelectorAll('table').forEach(t => {
        if (!t.querySelector('th[scope]')) { fault('table without headers'); }
    });
    page.querySelectorAll('svg[role=img]').forEach(s => {
        if (!s.querySelector('title')) { fault('drawing without a text'); }
    });
    const elements = [...new Set([...page.querySelectorAll('*')].map(e => e.localName))];
    return {
        id: frame.id, faults: [...faults], elements,
        ground: view.getComputedStyle(page.body).backgroundColor,
        rows: page.querySelectorAll('tr[id]').length,
        top: page.querySelectorAll('section:first-of-type > table > tbody > tr[id]').length,
        names: [...page.querySelectorAll('summary b')].map(b => b.textContent),
        figures: Object.fromEntries([...page.querySelectorAll('dl div')].map(
            d => [d.querySelector('dt').textContent, d.querySelector('dd').textContent])),
    };
}
window.onload = () => {
    document.getElementById('found').textContent = JSON.stringify(
        [...document.querySelectorAll('iframe')].map(examine));
};
'''

ELEMENTS = set('''html head meta title style body main h1 h2 small p br dl div dt dd section table
caption thead tbody tr th td span svg path circle details summary b code ul li a footer'''.split())


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def browse(chromium, folder, scheme, *arguments):
    return subprocess.run(
        [chromium, '--headless', '--no-sandbox', '--disable-gpu', '--allow-file-access-from-files',
         f'--user-data-dir={folder}/profile', '--enable-logging=stderr',
         '--disable-ipc-flooding-protection',
         f'--blink-settings=preferredColorScheme={SCHEMES[scheme]}', '--window-size=1400,1000',
         *arguments], capture_output=True, text=True, errors='replace', timeout=300, check=False)


def compare(command, model, found):
    """What the page shows against the JSON and the rows of the CSV."""
    facts = json.loads(run(command, '-f', 'json', model))
    table = run(command, '-f', 'csv', '--expand-nested', '--columns', 'name', model)
    rows = list(csv.reader(io.StringIO(table)))[1:]
    totals = facts['totals']
    if found['rows'] != len(rows):
        yield f"{found['rows']} rows, not {len(rows)}"
    if found['top'] != len(facts['layers']):
        yield f"{found['top']} rows of the model itself, not {len(facts['layers'])}"
    for shown, row in zip(found['names'], rows):
        if '\\' not in shown and row[0].isprintable() and row[0].split('/')[-1] != \
                shown.split('/')[-1]:
            yield f'{shown!r} is named {row[0]!r}'
    for label, key in (('Total params', 'params'), ('Trainable params', 'trainable_params'),
                       ('Non-trainable params', 'non_trainable_params'),
                       ('Multiply-accumulates', 'macs')):
        digits = re.sub(r'\D', '', found['figures'].get(label, str(totals[key])))
        if digits and int(digits) != totals[key]:
            yield f'{label} {digits}, not {totals[key]}'
    for element in set(found['elements']) - ELEMENTS:
        yield f'an element that is not ours: {element}'


def main():
    command, chromium, folder, *models = sys.argv[1:]
    frames = []
    for number, model in enumerate(models):
        with open(f'{folder}/{number}.html', 'w', encoding='utf-8') as page:
            page.write(run(command, '-f', 'html', model))
        for width in WIDTHS:
            frames.append(f'<iframe id="{number} {width}" width="{width}" height="800" '
                          f'style="border:0" src="{number}.html"></iframe>')
    with open(f'{folder}/test.html', 'w', encoding='utf-8') as test:
        test.write(f'<!DOCTYPE html><meta charset="utf-8"><script>{SCRIPT}</script>'
                   f'{"".join(frames)}<pre id="found"></pre>')
    grounds = set()
    for scheme in SCHEMES:
        done = browse(chromium, folder, scheme, '--dump-dom', f'file://{folder}/test.html')
        for line in done.stderr.splitlines():
            if 'CONSOLE' in line:
                print(f'{scheme}: {line}')
        left = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.S)
        if left is None or not left.group(1):
            print(f'{scheme}: the browser left nothing: {done.stderr[-400:]}')
            continue
        for found in json.loads(html.unescape(left.group(1))):
            number, width = found['id'].split()
            grounds.add(found['ground'])
            faults = found['faults'] + list(compare(command, models[int(number)], found))
            for fault in faults:
                print(f'{models[int(number)]}: {width} {scheme}: {fault}')
    if len(grounds) != 2:
        print(f'the ground is {grounds}: not of two schemes')


main()
