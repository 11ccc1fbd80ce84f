/* netweight explain: where each number comes from. */
#include "command.h"

int command_explain(const options *given)
{
    const char *layer = given->words[given->expression != NULL ? 0 : 1];
    text how = {0}, out = {0};
    subject of = {0};
    int status = subject_read(&of, given);

    text_string(&how, "format='explain'");
    if (layer != NULL) {
        text_string(&how, ", layer=");
        text_quoted(&how, layer);
    }
    if (status == DONE && how.failed) {
        status = out_of_memory();
    }
    if (status == DONE && nwt_report(of.model, how.data, text_add, &out) != NWT_STATUS_OK) {
        status = out.failed ? out_of_memory() : subject_failed(&of);
    }
    if (status == DONE) {
        status = print(&out);
        subject_notes(&of, given);
    }
    text_free(&how);
    text_free(&out);
    subject_free(&of);
    return status;
}
