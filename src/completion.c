/* Completions for shells, made of the tables of options and commands. */
#include "option_rows.h"

#include <string.h>

/* The first line of a help, up to a character that would end it in a shell's script. */
static void add_help(text *to, const row *of)
{
    text_add(to, of->help, strcspn(of->help, "\n[]'"));
}

static void add_choices(text *to, const row *of)
{
    int i;

    for (i = 0; of->choices != NULL && of->choices[i] != NULL; i++) {
        text_string(to, i > 0 ? " " : "");
        text_string(to, of->choices[i]);
    }
}

static void add_commands(text *to)
{
    int i;

    for (i = 1; i < command_count; i++) {
        text_string(to, i > 1 ? " " : "");
        text_string(to, commands[i].name);
    }
}

static void add_names(text *to)
{
    int i;

    for (i = 0; i < option_row_count; i++) {
        text_string(to, option_rows[i].name != NULL ? " --" : "");
        text_string(to, option_rows[i].name != NULL ? option_rows[i].name : "");
    }
    text_string(to, " -e -f -h");
}

static void add_bash(text *to)
{
    int i;

    text_string(to, "# bash completion for netweight\n"
                    "_netweight()\n{\n"
                    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                    "    COMPREPLY=()\n"
                    "    case $before in\n");
    for (i = 0; i < option_row_count; i++) {
        const row *of = &option_rows[i];

        if (of->choices != NULL) {
            char letter[] = {'|', '-', of->letter, '\0'};

            text_string(to, "    --");
            text_string(to, of->name);
            text_string(to, of->letter ? letter : "");
            text_string(to, ") COMPREPLY=($(compgen -W '");
            add_choices(to, of);
            text_string(to, "' -- \"$word\")); return ;;\n");
        }
    }
    text_string(to, "    kinds) COMPREPLY=($(compgen -W \"$(netweight kinds 2> /dev/null |\n"
                    "        sed -n 's/^ *\\([A-Za-z][A-Za-z0-9.]*\\) .*/\\1/p')\" -- \"$word\"))\n"
                    "        return ;;\n"
                    "    esac\n"
                    "    if [[ $word == -* ]]; then\n"
                    "        COMPREPLY=($(compgen -W '");
    add_names(to);
    text_string(to, "' -- \"$word\"))\n"
                    "        return\n"
                    "    fi\n"
                    "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
                    "    if ((COMP_CWORD == 1)); then\n"
                    "        COMPREPLY+=($(compgen -W '");
    add_commands(to);
    text_string(to, "' -- \"$word\"))\n"
                    "    fi\n"
                    "}\n"
                    "complete -o filenames -F _netweight netweight\n");
}

static void add_zsh(text *to)
{
    int i;

    text_string(to, "#compdef netweight\n"
                    "_arguments -s \\\n");
    for (i = 0; i < option_row_count; i++) {
        const row *of = &option_rows[i];
        char letter[] = {'-', of->letter, '\0'};

        text_string(to, "    '");
        text_string(to, of->name != NULL ? "--" : letter);
        text_string(to, of->name != NULL ? of->name : "");
        text_string(to, of->name != NULL && of->argument != NULL ? "=" : "");
        text_string(to, "[");
        add_help(to, of);
        text_string(to, "]");
        if (of->argument != NULL) {
            text_string(to, ":");
            text_string(to, of->argument);
            text_string(to, of->choices != NULL ? ":(" : ": ");
            add_choices(to, of);
            text_string(to, of->choices != NULL ? ")" : "");
        }
        text_string(to, "' \\\n");
    }
    text_string(to, "    '1:command or file:_alternative \"commands:command:(");
    add_commands(to);
    text_string(to, ")\" \"files:file:_files\"' \\\n"
                    "    '*:file:_files'\n");
}

static void add_fish(text *to)
{
    int i;

    text_string(to, "# fish completion for netweight\n");
    for (i = 1; i < command_count; i++) {
        text_string(to, "complete -c netweight -n __fish_use_subcommand -a ");
        text_string(to, commands[i].name);
        text_string(to, "\n");
    }
    for (i = 0; i < option_row_count; i++) {
        const row *of = &option_rows[i];
        char letter[] = {of->letter, '\0'};

        text_string(to, "complete -c netweight");
        text_string(to, of->letter ? " -s " : "");
        text_string(to, letter);
        text_string(to, of->name != NULL ? " -l " : "");
        text_string(to, of->name != NULL ? of->name : "");
        text_string(to, of->argument != NULL ? " -r" : "");
        if (of->choices != NULL) {
            text_string(to, " -f -a '");
            add_choices(to, of);
            text_string(to, "'");
        }
        text_string(to, " -d '");
        add_help(to, of);
        text_string(to, "'\n");
    }
}

int completion(const options *given)
{
    static const struct {
        const char *shell;
        void (*add)(text *to);
    } shells[] = {{"bash", add_bash}, {"zsh", add_zsh}, {"fish", add_fish}};
    text out = {0};
    size_t i;

    for (i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].shell, given->completion) == 0) {
            shells[i].add(&out);
        }
    }
    return print(&out);
}
