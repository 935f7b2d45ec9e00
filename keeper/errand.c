/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/errand.h"

#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "own.h"
#include "text.h"

/* What of a thread's stack was used once stays locked. */
enum { ERRAND_STACK = 512 * 1024 };

enum errand_step { ERRAND_IDLE, ERRAND_ASKED, ERRAND_DONE, ERRAND_ENDS };

struct errand {
        void (*run)(void *data);
        void *data;
        bool hurries;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t changed;
        enum errand_step step;
        int event;
};

static void *errand_loop(void *data)
{
        struct errand *errand = data;

        if (errand->hurries)
                clock_hurry();
        (void)pthread_mutex_lock(&errand->lock);
        while (errand->step != ERRAND_ENDS) {
                if (errand->step != ERRAND_ASKED) {
                        (void)pthread_cond_wait(&errand->changed, &errand->lock);
                        continue;
                }
                (void)pthread_mutex_unlock(&errand->lock);
                errand->run(errand->data);
                (void)pthread_mutex_lock(&errand->lock);
                if (errand->step == ERRAND_ENDS)
                        break;
                errand->step = ERRAND_DONE;
                (void)eventfd_write(errand->event, 1);
        }
        (void)pthread_mutex_unlock(&errand->lock);
        return NULL;
}

int errand_new(void (*run)(void *data), void *data, bool hurries, struct errand **ret_errand,
               struct ocf_error *err)
{
        OWN_TEXT struct errand *errand = mem_zero(sizeof *errand);
        pthread_attr_t attributes;
        int r;

        errand->run = run;
        errand->data = data;
        errand->hurries = hurries;
        errand->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        (void)pthread_mutex_init(&errand->lock, NULL);
        (void)pthread_cond_init(&errand->changed, NULL);
        (void)pthread_attr_init(&attributes);
        (void)pthread_attr_setstacksize(&attributes, ERRAND_STACK);
        r = pthread_create(&errand->thread, &attributes, errand_loop, errand);
        (void)pthread_attr_destroy(&attributes);
        if (r != 0) {
                (void)close(errand->event);
                return ocf_fail(err, -r, "cannot start a thread: %s", strerror(r));
        }
        *ret_errand = TAKE(errand);
        return 0;
}

static void errand_step_set(struct errand *errand, enum errand_step step)
{
        (void)pthread_mutex_lock(&errand->lock);
        errand->step = step;
        (void)pthread_cond_signal(&errand->changed);
        (void)pthread_mutex_unlock(&errand->lock);
}

void errand_free(struct errand *errand)
{
        if (!errand)
                return;
        errand_step_set(errand, ERRAND_ENDS);
        (void)pthread_join(errand->thread, NULL);
        (void)pthread_cond_destroy(&errand->changed);
        (void)pthread_mutex_destroy(&errand->lock);
        (void)close(errand->event);
        free(errand);
}

int errand_fd(const struct errand *errand)
{
        return errand->event;
}

void errand_begin(struct errand *errand)
{
        errand_step_set(errand, ERRAND_ASKED);
}

bool errand_done(struct errand *errand)
{
        eventfd_t events;
        bool done;

        (void)pthread_mutex_lock(&errand->lock);
        done = errand->step == ERRAND_DONE;
        if (done) {
                (void)eventfd_read(errand->event, &events);
                errand->step = ERRAND_IDLE;
        }
        (void)pthread_mutex_unlock(&errand->lock);
        return done;
}
