/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ROFF_H
#define VALIDATOR_ROFF_H

/* Man pages as roff on stdout. */

/* .TH: name as in "validator-keeper", its section and the book's title. */
void roff_title(const char *name, int section, const char *book);

/* The NAME section: what mandb reads. */
void roff_name(const char *name, const char *brief);

/* .SH */
void roff_heading(const char *title);

/* Text: an empty line begins a paragraph; nothing in it is taken for a request. */
void roff_text(const char *text);

/* Text in bold. */
void roff_bold(const char *text);

/* A tagged paragraph: the term in bold, and the text. */
void roff_item(const char *term, const char *text);

/* Lines as they are. */
void roff_lines(const char *text);

#endif
