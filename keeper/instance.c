/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "own.h"
#include "path.h"
#include "seat/protocol.h"
#include "text.h"

static int other_runs(int fd, const char *identity, struct ocf_error *err)
{
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        char process[40] = "";

        /* 0: it is in another namespace of processes, or it has just ended. */
        if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
                (void)snprintf(process, sizeof process, ", as process %d", (int)lock.l_pid);
        return ocf_fail(err, -EALREADY,
                        "a keeper of '%s' runs already%s: ask it with 'validator-keeper --status "
                        "%s', or let another one take over with 'systemctl restart "
                        "validator-keeper@%s.service'; nothing was touched",
                        identity, process, identity, identity);
}

/* The lock is fcntl's of a process, not flock's of an open file: it says whose it is, and a child
 * that is killed a moment later than the keeper (inform.c) does not keep the next one out. What
 * ends such a lock early, closing another descriptor of the file, happens nowhere: it is opened
 * here alone. */
int instance_claim(const char *identity, struct ocf_error *err)
{
        const struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        OWN_TEXT char *path = text_format("%s/%s.lock", SEAT_SOCKET_DIR, identity);
        OWN_FD int fd = -1;
        int r = seat_identity_check(identity, err);

        if (r >= 0)
                r = path_make_dir(SEAT_SOCKET_DIR, err);
        if (r < 0)
                return r;
        fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
                return ocf_fail(err, -errno, "cannot open '%s': %s", path, strerror(errno));
        if (fcntl(fd, F_SETLK, &whole) == 0)
                return fd_take(&fd);
        if (errno == EAGAIN || errno == EACCES)
                return other_runs(fd, identity, err);
        return ocf_fail(err, -errno, "cannot lock '%s': %s", path, strerror(errno));
}
