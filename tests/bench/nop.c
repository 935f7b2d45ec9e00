/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What it costs to start a program at all: the floor under every agent. */

int main(void)
{
        return 0;
}
