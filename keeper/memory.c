/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/memory.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <qb/qbloop.h>

static bool segment_holds(const struct dl_phdr_info *object, const ElfW(Phdr) * segment,
                          uintptr_t address)
{
        uintptr_t begin = object->dlpi_addr + segment->p_vaddr;

        return segment->p_type == PT_LOAD && address >= begin && address - begin < segment->p_memsz;
}

static bool object_is_needed(const struct dl_phdr_info *object)
{
        const uintptr_t inside[] = {
                (uintptr_t)memory_protect, /* the program itself */
                (uintptr_t)qb_loop_run,    /* libqb */
                (uintptr_t)write,          /* libc */
                getauxval(AT_BASE),        /* the dynamic loader, for a call that is the first */
        };

        for (int i = 0; i < object->dlpi_phnum; i++)
                for (size_t j = 0; j < sizeof inside / sizeof *inside; j++)
                        if (segment_holds(object, &object->dlpi_phdr[i], inside[j]))
                                return true;
        return false;
}

static int object_lock(struct dl_phdr_info *object, size_t size, void *data)
{
        (void)size;
        (void)data;
        if (!object_is_needed(object))
                return 0;
        for (int i = 0; i < object->dlpi_phnum; i++) {
                const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
                uintptr_t begin = object->dlpi_addr + segment->p_vaddr;

                if (segment->p_type == PT_LOAD)
                        (void)mlock((const void *)begin, segment->p_memsz);
        }
        return 0;
}

void memory_protect(void)
{
        static const struct rlimit none = {0};

        (void)setrlimit(RLIMIT_CORE, &none);
        (void)prctl(PR_SET_DUMPABLE, 0);
        (void)mallopt(M_ARENA_MAX, 1); /* what is locked should be small */
        /* What was used once stays: not all that the libraries map, most of which never is. */
        (void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
        /* But all of what shuts the gate, kills, proves it and wipes: these need nothing else. How
         * the authority is asked is not among it: a lease that cannot be renewed ends by the clock.
         */
        (void)dl_iterate_phdr(object_lock, NULL);
        (void)umask(077);
}
