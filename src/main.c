/* The command: its words, and the subcommand that they name. */
#include "command.h"

#include <stdio.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
/* Else a model on the standard input ends at its first byte 26, and lines end in two bytes. */
static void use_bytes(void)
{
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
}
#else
static void use_bytes(void)
{
}
#endif

static const char usage[] = "usage: netweight [options] FILE\n"
                            "       netweight [options] -e TEXT\n"
                            "       netweight explain [options] (FILE | -e TEXT) [LAYER]\n"
                            "       netweight memory [options] (FILE | -e TEXT)\n"
                            "       netweight diff [options] OLD NEW\n"
                            "       netweight kinds [KIND]\n";

static int help(void)
{
    text out = {0};

    text_string(&out, usage);
    text_string(&out,
                "\nTells for each layer of a Keras network its output shape, its parameters and\n"
                "their bytes, and why. FILE is a .json, .keras or .h5 file, or - for the standard\n"
                "input. TEXT is constructor text: \"Sequential([Flatten(input_shape=(28, 28)),\n"
                "Dense(10)])\". explain tells where each number comes from, kinds what layers\n"
                "there are and what options they take.\n\n");
    options_help(&out);
    return print(&out);
}

static int version(void)
{
    text out = {0};

    text_string(&out, "netweight ");
    text_string(&out, nwt_version());
    text_string(&out, "\n");
    return print(&out);
}

int main(int count, char **arguments)
{
    options given;
    int status;

    use_bytes();
    status = options_read(&given, count, arguments);

    if (status != DONE) {
        return status;
    }
    if (given.help) {
        return help();
    }
    if (given.version) {
        return version();
    }
    switch (given.command) {
    case COMMAND_EXPLAIN:
        return command_explain(&given);
    case COMMAND_MEMORY:
        return command_memory(&given);
    case COMMAND_DIFF:
        return command_diff(&given);
    case COMMAND_KINDS:
        return command_kinds(&given);
    default:
        return command_table(&given);
    }
}
