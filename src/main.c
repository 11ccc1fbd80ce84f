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
        return help(&given);
    }
    if (given.version) {
        return version();
    }
    if (given.completion != NULL) {
        return completion(&given);
    }
    return command_of(given.command)->run(&given);
}
