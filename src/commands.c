/* The commands. */
#include "command.h"

const command commands[] = {
    {"", COMMAND_TABLE, 1, "FILE\n-e TEXT",
     "Tells for each layer of a Keras network its output shape, its parameters and\n"
     "their bytes, and why. FILE is a .json, .keras or .h5 file, or - for the standard\n"
     "input. TEXT is constructor text: \"Sequential([Flatten(input_shape=(28, 28)),\n"
     "Dense(10)])\".\n",
     command_table},
    {"explain", COMMAND_EXPLAIN, 2, "(FILE | -e TEXT) [LAYER]",
     "Tells where each number comes from: of a model, or of one of its layers.\n", command_explain},
    {"memory", COMMAND_MEMORY, 1, "(FILE | -e TEXT)",
     "Tells the tensor memory of training or inference, and the batch that fits.\n",
     command_memory},
    {"diff", COMMAND_DIFF, 2, "OLD NEW", "Tells how two models differ; exits with 1 if they do.\n",
     command_diff},
    {"kinds", COMMAND_KINDS, 1, "[KIND]",
     "Tells what kinds of layers there are, or what options one takes.\n", command_kinds},
};

const int command_count = sizeof commands / sizeof commands[0];

const command *command_of(int bit)
{
    int i = 0;

    while (i < command_count - 1 && commands[i].bit != bit) {
        i++;
    }
    return &commands[i];
}
