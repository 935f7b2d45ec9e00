/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/authority.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "own.h"
#include "text.h"

/* The keeper's memory is locked, a thread's whole stack with it. */
enum { AUTHORITY_STACK = 512 * 1024 };

enum authority_step { AUTHORITY_IDLE, AUTHORITY_ASKED, AUTHORITY_ANSWERED, AUTHORITY_ENDS };

struct authority {
        const struct authority_driver *driver;
        void *state;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t changed;
        enum authority_step step;
        struct authority_request request;
        struct lease_answer answer;
        struct ocf_error error;
        int event;
};

static void *authority_run(void *data)
{
        struct authority *authority = data;

        clock_hurry();
        (void)pthread_mutex_lock(&authority->lock);
        while (authority->step != AUTHORITY_ENDS) {
                struct authority_request request = authority->request;
                struct lease_answer answer = {0};
                struct ocf_error error = {0};

                if (authority->step != AUTHORITY_ASKED) {
                        (void)pthread_cond_wait(&authority->changed, &authority->lock);
                        continue;
                }
                (void)pthread_mutex_unlock(&authority->lock);
                authority->driver->ask(authority->state, &request, &answer, &error);
                (void)pthread_mutex_lock(&authority->lock);
                if (authority->step == AUTHORITY_ENDS)
                        break;
                authority->answer = answer;
                authority->error = error;
                authority->step = AUTHORITY_ANSWERED;
                (void)eventfd_write(authority->event, 1);
        }
        (void)pthread_mutex_unlock(&authority->lock);
        return NULL;
}

int authority_new(const struct keeper_config *config, struct authority **ret_authority,
                  struct ocf_error *err)
{
        OWN_TEXT struct authority *authority = mem_zero(sizeof *authority);
        pthread_attr_t attributes;
        int r;

        authority->driver = &authority_etcd;
        authority->state = authority->driver->open(config, err);
        if (!authority->state)
                return -EINVAL;
        authority->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        (void)pthread_mutex_init(&authority->lock, NULL);
        (void)pthread_cond_init(&authority->changed, NULL);
        (void)pthread_attr_init(&attributes);
        (void)pthread_attr_setstacksize(&attributes, AUTHORITY_STACK);
        r = pthread_create(&authority->thread, &attributes, authority_run, authority);
        (void)pthread_attr_destroy(&attributes);
        if (r != 0) {
                authority->driver->close(authority->state);
                (void)close(authority->event);
                return ocf_fail(err, -r, "cannot start the thread that asks the authority: %s",
                                strerror(r));
        }
        *ret_authority = TAKE(authority);
        return 0;
}

static void authority_step_set(struct authority *authority, enum authority_step step)
{
        authority->step = step;
        (void)pthread_cond_signal(&authority->changed);
}

void authority_free(struct authority *authority)
{
        if (!authority)
                return;
        (void)pthread_mutex_lock(&authority->lock);
        authority_step_set(authority, AUTHORITY_ENDS);
        (void)pthread_mutex_unlock(&authority->lock);
        (void)pthread_join(authority->thread, NULL);
        authority->driver->close(authority->state);
        (void)pthread_cond_destroy(&authority->changed);
        (void)pthread_mutex_destroy(&authority->lock);
        (void)close(authority->event);
        free(authority);
}

int authority_fd(const struct authority *authority)
{
        return authority->event;
}

void authority_ask(struct authority *authority, const struct authority_request *request)
{
        (void)pthread_mutex_lock(&authority->lock);
        authority->request = *request;
        authority_step_set(authority, AUTHORITY_ASKED);
        (void)pthread_mutex_unlock(&authority->lock);
}

bool authority_take(struct authority *authority, struct lease_answer *ret_answer,
                    struct ocf_error *ret_error)
{
        eventfd_t events;
        bool there;

        (void)pthread_mutex_lock(&authority->lock);
        there = authority->step == AUTHORITY_ANSWERED;
        if (there) {
                (void)eventfd_read(authority->event, &events);
                *ret_answer = authority->answer;
                *ret_error = authority->error;
                authority->step = AUTHORITY_IDLE;
        }
        (void)pthread_mutex_unlock(&authority->lock);
        return there;
}
