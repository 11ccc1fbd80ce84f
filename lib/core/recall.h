/* Calls that are like one before. */
#ifndef NWTI_CORE_RECALL_H
#define NWTI_CORE_RECALL_H

#include "core/call.h"

/* Gives the call the weights and the output of a call that was like it, if there was one: of the
   same kind, options, dtypes and inputs. 1: done; 0: the call must be evaluated; -1: out of
   memory. */
int32_t nwti_recall(nwti_call *call);
/* Keeps what came of a call, unless that is more than its kind, options, dtypes and inputs tell. */
void nwti_remember(const nwti_call *call);

#endif
