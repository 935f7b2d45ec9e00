/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

#include <config.h>

/* One character as itself; a minus is a minus, not a hyphen. */
static void put(char c)
{
        if (c == '-' || c == '\\')
                (void)fputs(c == '-' ? "\\-" : "\\e", stdout);
        else
                (void)putchar(c);
}

void roff_title(const char *name, int section, const char *book)
{
        (void)fputs(".TH \"", stdout);
        for (; *name; name++)
                put((char)toupper((unsigned char)*name));
        (void)printf("\" %d \"\" \"validator\\-agents %s\" \"%s\"\n", section, PACKAGE_VERSION,
                     book);
}

void roff_name(const char *name, const char *brief)
{
        roff_heading("NAME");
        for (; *name; name++)
                put(*name);
        (void)fputs(" \\- ", stdout);
        roff_text(brief);
}

void roff_heading(const char *title)
{
        (void)printf(".SH \"%s\"\n", title);
}

/* `between` stands for an empty line. */
static void write_text(const char *text, const char *between)
{
        bool line_begins = true;

        for (; *text; text++) {
                if (text[0] == '\n' && text[1] == '\n') {
                        (void)fputs(between, stdout);
                        text++;
                        line_begins = true;
                        continue;
                }
                if (line_begins && (*text == '.' || *text == '\''))
                        (void)fputs("\\&", stdout);
                put(*text);
                line_begins = *text == '\n';
        }
        (void)putchar('\n');
}

void roff_text(const char *text)
{
        write_text(text, "\n.PP\n");
}

void roff_bold(const char *text)
{
        (void)fputs("\\fB", stdout);
        for (; *text; text++)
                put(*text);
        (void)fputs("\\fR", stdout);
}

void roff_item(const char *term, const char *text)
{
        (void)fputs(".TP\n", stdout);
        roff_bold(term);
        (void)putchar('\n');
        write_text(text, "\n.IP\n");
}

void roff_lines(const char *text)
{
        (void)fputs(".nf\n", stdout);
        write_text(text, "\n\n");
        (void)fputs(".fi\n", stdout);
}
