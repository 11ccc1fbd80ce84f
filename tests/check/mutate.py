#!/usr/bin/env python3
"""Do the tests see a wrong line? mutate.py --build FOLDER --golden FOLDER [-n N] [-s SEED] [FILE ...]

Changes one place of the library or the command at random (an operator, a constant, a condition, a statement
dropped), builds, and runs the tests of `make check` until one fails: the change is killed, or it
survives. Prints a line for each killed one and the diff of each survivor, and last their sum. Fails
when more than 3 % survive. What does not compile, and what the compiler makes the same code of at
-O2, is no change.

It works in a copy of the sources, so that they may be edited meanwhile. The tests are linked with a
shared library of everything, since one link is then all that a change costs. They run in the order
of what they killed in this file before, for the time they took.
"""
import argparse
import difflib
import glob
import math
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

MOST_SURVIVORS = 0.03
MEMORY = 4 << 30
INCLUDES_COMMAND = 'tests/test_command_failing'
# Comments, texts and lines of the preprocessor are left alone.
TOKEN = re.compile(r'''
    (?P<space>\s+|/\*.*?\*/|//[^\n]*)
    | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<number>(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)[uUlLfF]*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<sign><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)
    ''', re.VERBOSE | re.DOTALL)
OTHERS = {
    '==': ('!=',), '!=': ('==',), '<': ('<=', '>='), '<=': ('<', '>'), '>': ('>=', '<='),
    '>=': ('>', '<'), '&&': ('||',), '||': ('&&',), '+': ('-',), '-': ('+',), '*': ('+',),
    '/': ('*',), '%': ('*',), '&': ('|',), '|': ('&',), '^': ('|',), '<<': ('>>',), '>>': ('<<',),
    '+=': ('-=',), '-=': ('+=',), '*=': ('+=',), '/=': ('*=',), '|=': ('&=',), '&=': ('|=',),
    '++': ('--',), '--': ('++',), '!': ('',),
}
JUMPS = {'break': 'continue', 'continue': 'break'}
# What a statement that can be dropped does not begin with.
HEADS = {'if', 'for', 'while', 'do', 'switch', 'case', 'default', 'else', 'static', 'const', 'struct',
         'enum', 'union', 'typedef', 'extern', 'unsigned', 'break', 'continue'}


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)


def tokens_of(source):
    # Lines of the preprocessor become spaces, of the same length.
    source = re.sub(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',
                    lambda m: re.sub(r'[^\n]', ' ', m.group()), source, flags=re.MULTILINE)
    return [Token(m.lastgroup, m.group(), m.start()) for m in TOKEN.finditer(source)
            if m.lastgroup != 'space']


def closes(tokens, i):
    """The index of the bracket that closes the one at i."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += tokens[j].text in ('(', '[', '{')
        depth -= tokens[j].text in (')', ']', '}')
        if depth == 0:
            return j
    return len(tokens) - 1


def is_binary(tokens, i):
    before = tokens[i - 1]
    return before.kind in ('number', 'text') or before.text in (')', ']') or \
        (before.kind == 'word' and before.text not in ('return', 'case'))


def other_constants(tokens, i):
    text = tokens[i].text
    # How long an array is changes nothing but how much fits in.
    if tokens[i - 1].text == '[' and tokens[i - 2].kind == 'word' and \
            (tokens[i - 3].kind == 'word' or tokens[i - 3].text == '*'):
        return ()
    match = re.fullmatch(r'(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)', text)
    if not match:
        return (text + ' + 1',)
    number = int(match.group(1), 0)
    # One truth value is as good as another.
    if number == 1 and tokens[i - 1].text == 'return' and tokens[i + 1].text == ';':
        return ('0',)
    return tuple(str(n) + match.group(2)
                 for n in ((number + 1, number - 1) if number > 0 else (1,)))


def sites_of(source):
    """The places that can be changed: (start, end, what may stand there instead)."""
    tokens, sites = tokens_of(source), []
    for i in range(3, len(tokens) - 1):
        t, before, after = tokens[i], tokens[i - 1], tokens[i + 1]
        if t.kind == 'number':
            others = other_constants(tokens, i)
            if others:
                sites.append((t.start, t.end, others))
        elif t.kind == 'sign' and t.text in OTHERS:
            if t.text == '!' or t.text in ('++', '--') or is_binary(tokens, i):
                # A star between two words may declare a pointer.
                if t.text != '*' or source[t.end] == ' ':
                    sites.append((t.start, t.end, OTHERS[t.text]))
        elif t.text in JUMPS:
            sites.append((t.start, t.end, (JUMPS[t.text],)))
        if t.text in ('if', 'while') and after.text == '(':
            end = closes(tokens, i + 1)
            inner = source[after.end:tokens[end].start]
            sites.append((after.end, tokens[end].start, ('!(%s)' % inner, '(%s) && 0' % inner)))
        if before.text in (';', '{', '}', ':') and t.text not in HEADS and \
                (t.kind == 'word' or t.text in ('*', '(', '++', '--')) and \
                (t.text in ('return', 'goto') or (after.kind != 'word' and after.text != '*')):
            end = i
            while tokens[end].text not in (';', '}') and end < len(tokens) - 2:
                opens = tokens[end].text in ('(', '[', '{')
                end = min(closes(tokens, end) if opens else end, len(tokens) - 3) + 1
            last = tokens[end + 1]
            at_margin = last.start == 0 or source[last.start - 1] == '\n'
            if tokens[end].text == ';' and not (t.text == 'return' and at_margin):
                sites.append((t.start, tokens[end].start, ('',)))
    return sites


class Failed(Exception):
    pass


class Workshop:
    """A copy of the sources, and all that is built of it."""

    def __init__(self, folder, golden):
        self.folder, self.golden = os.path.abspath(folder), os.path.abspath(golden)
        self.library = self.path('libmutant.so')
        self.compiler = os.environ.get('CC', 'cc').split()
        self.texts = ['-DGOLDEN="%s/tests/golden"' % self.golden, '-DUNPACKED="%s"' % self.golden,
                      '-DNETWEIGHT="%s"' % self.path('netweight')]
        shutil.rmtree(self.folder, ignore_errors=True)
        for part in ('lib', 'include', 'src'):
            shutil.copytree(part, self.path(part))
        os.makedirs(self.path('tests'))
        for pattern in ('tests/*.[ch]', 'tests/support/*.[ch]'):
            for file in glob.glob(pattern):
                os.makedirs(os.path.dirname(self.path(file)), exist_ok=True)
                shutil.copy(file, self.path(file))
        self.tests_named = [file for file in sorted(glob.glob('tests/*.c') +
                                                    glob.glob('tests/support/*.c'))]
        self.library_sources = [file for file in sorted(glob.glob('lib/*/*.c') +
                                                        glob.glob('lib/*/*/*.c'))
                                if not os.path.basename(file).startswith('_')]
        self.command_sources = sorted(glob.glob('src/*.c'))
        self.sources = self.library_sources + self.command_sources

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, command):
        done = subprocess.run(command, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise Failed(done.stdout)

    def compile(self, source):
        self.run(self.compiler + ['-std=c11', '-O2', '-w', '-Werror=return-type', '-fPIC',
                                  '-fno-semantic-interposition', '-Iinclude', '-Ilib', '-c',
                                  source, '-o', source[:-2] + '.o'])

    def link(self, file):
        """What the file is a part of: the library, or the command and the test that includes it."""
        if file in self.command_sources:
            self.program('netweight', [source[:-2] + '.o' for source in self.command_sources], [])
            self.program(INCLUDES_COMMAND, [INCLUDES_COMMAND + '.c'], self.texts)
        else:
            self.run(self.compiler + ['-shared', '-o', self.library] +
                     [source[:-2] + '.o' for source in self.library_sources])

    def program(self, name, sources, flags):
        self.run(self.compiler + ['-std=c11', '-w', '-Iinclude', '-Ilib', '-Itests', '-o', name] +
                 flags + sources + [self.library, '-Wl,-rpath,' + self.folder, '-lcmocka'])

    def build(self):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self.compile, self.sources))
            self.link(self.library_sources[0])
            self.link(self.command_sources[0])
            programs = [(test[:-2], [test], self.texts) for test in self.tests_named]
            list(pool.map(lambda p: self.program(*p), programs))

    def passes(self, test, seconds):
        """Does the test pass, within a time of the processor? (On a clock, ten times that: others may
        be at work.)"""
        def limits():
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        # Cmocka ends at the first test that fails.
        child = subprocess.Popen([self.path(test)], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env=dict(os.environ, CMOCKA_TEST_ABORT='1'),
                                 start_new_session=True, preexec_fn=limits)
        try:
            return child.wait(10 * seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return False


def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Tests:
    """The tests, how long each takes, and what each has killed."""

    def __init__(self, shop):
        self.shop, self.seconds, self.kills = shop, {}, {}
        for source in shop.tests_named:
            test, began = source[:-2], spent()
            if not shop.passes(test, 600):
                sys.exit('%s fails without any change' % test)
            self.seconds[test] = spent() - began

    def kill(self, file):
        """The first test that fails now; None: the change survives."""
        def worth(test):
            return (1 + self.kills.get(test, 0) + 30 * self.kills.get((test, file), 0)) / \
                (0.02 + self.seconds[test])
        # The tests of support link nothing else, and few run the command.
        tests = [test for test in self.seconds
                 if file.startswith('lib/support/') or
                 test.startswith('tests/test_command' if file.startswith('src/') else 'tests/test_')]
        for test in sorted(tests, key=worth, reverse=True):
            if not self.shop.passes(test, math.ceil(2 + 10 * self.seconds[test])):
                for key in (test, (test, file)):
                    self.kills[key] = self.kills.get(key, 0) + 1
                return test
        return None


def diff(file, source, changed):
    return ''.join(difflib.unified_diff(source.splitlines(True), changed.splitlines(True), file, file,
                                        n=2))


def attempt(shop, tests, file, source, changed):
    """One change: 'killed by TEST', 'survived', or None if it is no change."""
    text, object_file = shop.path(file), shop.path(file[:-2] + '.o')
    with open(object_file, 'rb') as f:
        before = f.read()
    try:
        with open(text, 'w') as f:
            f.write(changed)
        shop.compile(file)
        with open(object_file, 'rb') as f:
            if f.read() == before:
                return None
        shop.link(file)
        test = tests.kill(file)
        return 'killed by ' + test if test else 'survived'
    except Failed:
        return None
    finally:
        with open(text, 'w') as f:
            f.write(source)
        with open(object_file, 'wb') as f:
            f.write(before)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--golden', required=True)
    parser.add_argument('-n', type=int, default=100)
    parser.add_argument('-s', '--seed', type=int, default=1)
    parser.add_argument('files', nargs='*')
    options = parser.parse_args()
    shop = Workshop(options.build, options.golden)
    sources = {}
    for file in options.files or shop.sources:
        with open(shop.path(file)) as f:
            sources[file] = f.read()
    places = [(file, site) for file in sources for site in sites_of(sources[file])]
    random.Random(options.seed).shuffle(places)
    chance = random.Random(options.seed)
    shop.build()
    tests = Tests(shop)
    killed, survivors = 0, 0
    for file, (start, end, others) in places:
        if killed + survivors == options.n:
            break
        source = sources[file]
        changed = source[:start] + chance.choice(others) + source[end:]
        result = attempt(shop, tests, file, source, changed)
        if result == 'survived':
            survivors += 1
            print(diff(file, source, changed), flush=True)
        elif result:
            killed += 1
            print('%s:%d %s' % (file, source.count('\n', 0, start) + 1, result), flush=True)
    total = max(killed + survivors, 1)
    print('%d killed, %d survived (%.1f %%), of %d places' %
          (killed, survivors, 100 * survivors / total, len(places)))
    return survivors > MOST_SURVIVORS * total


if __name__ == '__main__':
    sys.exit(main())
