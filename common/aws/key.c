/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/key.h"

#include <stdlib.h>
#include <string.h>

void own_secret_text(char **text)
{
        if (*text)
                explicit_bzero(*text, strlen(*text));
        free(*text);
        *text = NULL;
}

void aws_key_release(struct aws_key *key)
{
        own_secret_text(&key->secret);
        own_secret_text(&key->token);
        free(key->access_id);
        *key = (struct aws_key){0};
}
