/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/message.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

char *http_origin(const char *url)
{
        const char *host = strstr(url, "://");
        const char *at;

        if (!host)
                return text_copy("?");
        host += 3;
        for (at = host; *at && !strchr("/?#", *at); at++)
                if (*at == '@')
                        host = at + 1;
        return text_format("%.*s%.*s", (int)(strstr(url, "://") + 3 - url), url, (int)(at - host),
                           host);
}

void http_reply_release(struct http_reply *reply)
{
        free(reply->body);
        *reply = (struct http_reply){0};
}
