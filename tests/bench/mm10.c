/* One group of agents, simulated as the general engine does it, as plainly and as fast as C allows.
 *
 * What it has in common with the engine, so that the figures compare like with like: an event heap in the order (time,
 * rank, id), a clock of whole seconds, instants in two phases (state changes first, dispatch after all of them), a
 * queue that is a heap by (class, sequence), the agent who is idle longest, draws that are pure functions of their key
 * (Philox4x32-10, Salmon et al. 2011) and inverse distribution functions, and a log in columns that grow.
 *
 *   cc -O2 -o mm10 mm10.c -lm
 *   ./mm10 DAYS TICKETS_PER_DAY MEAN_WORK_S AGENTS SHARE_OF_P1 SEED REPLICATION RUNS
 *
 * A share of 0 is one class in order of arrival. For each run a line: tickets, rows, seconds, mean wait by class.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum rank { END_OF_WORK = 2, ARRIVAL = 7 };
enum purpose { COUNT, POSITION, WORK, PRIORITY };
enum type { GROUP = 3, ASSIGNEE = 4, STATE = 1 };
enum phase { NEW, ACTIVE, RESOLVED };
enum { DESK = 0, DAY_S = 86400, NOBODY = -1 };

/* -- Draws ------------------------------------------------------------------------------------------------------ */

typedef struct { uint32_t seed, replication; } key_t_;

static void philox(uint32_t c[4], key_t_ key) {
    uint32_t k0 = key.seed, k1 = key.replication;
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t c0 = (uint32_t)(b >> 32) ^ c[1] ^ k0, c2 = (uint32_t)(a >> 32) ^ c[3] ^ k1;
        c[0] = c0, c[1] = (uint32_t)b, c[2] = c2, c[3] = (uint32_t)a;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
}

/* In (0, 1): 53 bits, and never an end. */
static double uniform(key_t_ key, uint32_t entity, uint32_t place, uint32_t visit, uint32_t purpose) {
    uint32_t c[4] = {entity, place, visit, purpose};
    philox(c, key);
    uint64_t bits = ((uint64_t)c[0] << 32 | c[1]) >> 11;
    return ((double)bits + 0.5) / 9007199254740992.0;
}

static double exponential(double u, double mean) { return -log1p(-u) * mean; }

static int64_t poisson(double u, double mean) {
    double chance = exp(-mean), below = chance;
    int64_t n = 0;
    while (u > below && chance > 0.0) chance *= mean / (double)++n, below += chance;
    return n;
}

/* -- The log ---------------------------------------------------------------------------------------------------- */

typedef struct {
    int64_t size, room;
    int64_t *opened, *responded, *resolved, *first_event, *last_event;
    int32_t *kind, *service, *priority, *group, *reopenings, *reassignments;
} tickets_t;

typedef struct {
    int64_t size, room;
    int64_t *ticket, *next_event, *at;
    int32_t *seq, *priority, *group, *actor, *reason;
    int8_t *type, *phase, *actor_role, *public;
} events_t;

typedef struct {
    int64_t size, room;
    int64_t *ticket, *queued, *begin, *end;
    int32_t *agent, *group;
} spells_t;

static void *grown(void *column, int64_t room, size_t width) {
    void *larger = realloc(column, (size_t)room * width);
    if (!larger) fputs("out of memory\n", stderr), exit(2);
    return larger;
}
#define GROW(table, column) (table)->column = grown((table)->column, (table)->room, sizeof *(table)->column)

static int64_t add_ticket(tickets_t *t, int64_t at, int32_t priority) {
    if (t->size == t->room) {
        t->room = t->room ? 2 * t->room : 4096;
        GROW(t, opened), GROW(t, responded), GROW(t, resolved), GROW(t, first_event), GROW(t, last_event);
        GROW(t, kind), GROW(t, service), GROW(t, priority), GROW(t, group), GROW(t, reopenings);
        GROW(t, reassignments);
    }
    int64_t n = t->size++;
    t->opened[n] = at, t->responded[n] = t->resolved[n] = INT64_MIN;
    t->first_event[n] = t->last_event[n] = -1;
    t->kind[n] = t->service[n] = 0, t->priority[n] = priority, t->group[n] = -1;
    t->reopenings[n] = t->reassignments[n] = 0;
    return n;
}

static void add_event(events_t *e, tickets_t *t, int64_t ticket, int64_t at, enum type type, int phase, int32_t group,
                      int32_t actor) {
    if (e->size == e->room) {
        e->room = e->room ? 2 * e->room : 16384;
        GROW(e, ticket), GROW(e, next_event), GROW(e, at), GROW(e, seq), GROW(e, priority), GROW(e, group);
        GROW(e, actor), GROW(e, reason), GROW(e, type), GROW(e, phase), GROW(e, actor_role), GROW(e, public);
    }
    int64_t row = e->size++;
    e->ticket[row] = ticket, e->next_event[row] = -1, e->at[row] = at;
    e->seq[row] = 0, e->priority[row] = -1, e->group[row] = group, e->actor[row] = actor, e->reason[row] = -1;
    e->type[row] = (int8_t)type, e->phase[row] = (int8_t)phase;
    e->actor_role[row] = actor < 0 ? 3 : 1, e->public[row] = -1;
    if (t->last_event[ticket] < 0) t->first_event[ticket] = row;
    else e->next_event[t->last_event[ticket]] = row;
    t->last_event[ticket] = row;
}

static void add_spell(spells_t *s, int64_t ticket, int32_t agent, int64_t queued, int64_t begin, int64_t end) {
    if (s->size == s->room) {
        s->room = s->room ? 2 * s->room : 4096;
        GROW(s, ticket), GROW(s, queued), GROW(s, begin), GROW(s, end), GROW(s, agent), GROW(s, group);
    }
    int64_t row = s->size++;
    s->ticket[row] = ticket, s->agent[row] = agent, s->group[row] = DESK;
    s->queued[row] = queued, s->begin[row] = begin, s->end[row] = end;
}

/* -- Heaps by (first, second, id) ------------------------------------------------------------------------------- */

typedef struct { int64_t first; int32_t second; int64_t id; } entry_t;
typedef struct { int64_t size, room; entry_t *rows; } heap_t;

static int before(const entry_t *a, const entry_t *b) {
    if (a->first != b->first) return a->first < b->first;
    if (a->second != b->second) return a->second < b->second;
    return a->id < b->id;
}

static void push(heap_t *h, entry_t entry) {
    if (h->size == h->room) h->room = h->room ? 2 * h->room : 64, GROW(h, rows);
    int64_t at = h->size++;
    for (; at && before(&entry, &h->rows[(at - 1) / 2]); at = (at - 1) / 2) h->rows[at] = h->rows[(at - 1) / 2];
    h->rows[at] = entry;
}

static entry_t pop(heap_t *h) {
    entry_t top = h->rows[0], last = h->rows[--h->size];
    int64_t at = 0, child;
    while ((child = 2 * at + 1) < h->size) {
        if (child + 1 < h->size && before(&h->rows[child + 1], &h->rows[child])) child++;
        if (!before(&h->rows[child], &last)) break;
        h->rows[at] = h->rows[child], at = child;
    }
    h->rows[at] = last;
    return top;
}

/* -- The desk --------------------------------------------------------------------------------------------------- */

typedef struct { int64_t at; uint32_t entity; } arrival_t;

typedef struct {
    key_t_ key;
    int64_t days, next, count;
    double per_day, mean_work, share;
    arrival_t *today;
    int64_t room, day;
    int agents;
    int64_t *idle_since, *works_on, *begun, *queued;
    int64_t queued_room, sequence;
    uint32_t *entity;
    heap_t events, queue;
    tickets_t tickets;
    events_t log;
    spells_t spells;
} desk_t;

static int earlier(const void *a, const void *b) {
    const arrival_t *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static int has_next_day(desk_t *d) {
    while (d->next == d->count) {
        if (d->day == d->days) return 0;
        uint32_t day = (uint32_t)d->day++;
        d->count = poisson(uniform(d->key, day << 16, 0, 0, COUNT), d->per_day), d->next = 0;
        if (d->count > d->room) d->room = 2 * d->count, GROW(d, today);
        for (int64_t n = 0; n < d->count; n++) {
            uint32_t entity = day << 16 | (uint32_t)n;
            double at = uniform(d->key, entity, 0, 0, POSITION) * DAY_S;
            d->today[n] = (arrival_t){(int64_t)day * DAY_S + (int64_t)at, entity};
        }
        qsort(d->today, (size_t)d->count, sizeof *d->today, earlier);
    }
    return 1;
}

static void expect_arrival(desk_t *d) {
    if (has_next_day(d)) push(&d->events, (entry_t){d->today[d->next].at, ARRIVAL, d->today[d->next].entity});
}

/* The smallest of E_i / p_i: shares may change and few tickets change class. */
static int32_t class_of(desk_t *d, uint32_t entity) {
    if (d->share <= 0) return 0;
    double first = exponential(uniform(d->key, entity, 1, 0, PRIORITY), 1.0) / d->share;
    double second = exponential(uniform(d->key, entity, 2, 0, PRIORITY), 1.0) / (1 - d->share);
    return first <= second ? 0 : 1;
}

static void arrive(desk_t *d, int64_t now) {
    uint32_t entity = d->today[d->next++].entity;
    int64_t ticket = add_ticket(&d->tickets, now, class_of(d, entity));
    if (ticket >= d->queued_room) {
        d->queued_room = d->tickets.room;
        d->queued = grown(d->queued, d->queued_room, sizeof *d->queued);
        d->entity = grown(d->entity, d->queued_room, sizeof *d->entity);
    }
    d->queued[ticket] = now, d->entity[ticket] = entity;
    add_event(&d->log, &d->tickets, ticket, now, GROUP, -1, DESK, NOBODY);
    push(&d->queue, (entry_t){d->tickets.priority[ticket], 0, d->sequence++ << 32 | ticket});
    expect_arrival(d);
}

static void resolve(desk_t *d, int64_t now, int agent) {
    int64_t ticket = d->works_on[agent];
    d->works_on[agent] = NOBODY, d->idle_since[agent] = now;
    d->tickets.resolved[ticket] = now;
    add_spell(&d->spells, ticket, agent, d->queued[ticket], d->begun[agent], now);
    add_event(&d->log, &d->tickets, ticket, now, STATE, RESOLVED, -1, agent);
}

static int longest_idle(desk_t *d) {
    int chosen = NOBODY;
    for (int agent = 0; agent < d->agents; agent++)
        if (d->works_on[agent] == NOBODY && (chosen == NOBODY || d->idle_since[agent] < d->idle_since[chosen]))
            chosen = agent;
    return chosen;
}

static void dispatch(desk_t *d, int64_t now) {
    int agent;
    while (d->queue.size && (agent = longest_idle(d)) != NOBODY) {
        int64_t ticket = pop(&d->queue).id & 0xFFFFFFFF;
        double work = exponential(uniform(d->key, d->entity[ticket], 1, 0, WORK), d->mean_work);
        d->works_on[agent] = ticket, d->begun[agent] = now;
        add_event(&d->log, &d->tickets, ticket, now, ASSIGNEE, -1, -1, agent);
        add_event(&d->log, &d->tickets, ticket, now, STATE, ACTIVE, -1, agent);
        push(&d->events, (entry_t){now + (int64_t)nearbyint(work), END_OF_WORK, agent});
    }
}

static void simulate(desk_t *d) {
    for (int agent = 0; agent < d->agents; agent++) d->works_on[agent] = NOBODY, d->idle_since[agent] = 0;
    expect_arrival(d);
    while (d->events.size) {
        entry_t event = pop(&d->events);
        if (event.second == ARRIVAL) arrive(d, event.first);
        else resolve(d, event.first, (int)event.id);
        if (!d->events.size || d->events.rows[0].first != event.first) dispatch(d, event.first);
    }
}

/* -- The program ------------------------------------------------------------------------------------------------ */

static void release(desk_t *d) {
    tickets_t *t = &d->tickets;
    events_t *e = &d->log;
    spells_t *s = &d->spells;
    void *columns[] = {t->opened, t->responded, t->resolved, t->first_event, t->last_event, t->kind, t->service,
                       t->priority, t->group, t->reopenings, t->reassignments, e->ticket, e->next_event, e->at,
                       e->seq, e->priority, e->group, e->actor, e->reason, e->type, e->phase, e->actor_role,
                       e->public, s->ticket, s->queued, s->begin, s->end, s->agent, s->group, d->events.rows,
                       d->queue.rows, d->today, d->queued, d->entity, d->idle_since, d->works_on, d->begun};
    for (size_t n = 0; n < sizeof columns / sizeof *columns; n++) free(columns[n]);
}

/* The first known answer of the authors' test vectors. */
static int draws_rightly(void) {
    uint32_t c[4] = {0, 0, 0, 0};
    philox(c, (key_t_){0, 0});
    return c[0] == 0x6627e8d5u && c[1] == 0xe169c58du && c[2] == 0xbc57ac4cu && c[3] == 0x9b00dbd8u;
}

int main(int argc, char **argv) {
    if (argc != 9) return fputs("usage: mm10 DAYS PER_DAY WORK_S AGENTS SHARE SEED REPLICATION RUNS\n", stderr), 2;
    if (!draws_rightly()) return fputs("Philox differs from its known answer\n", stderr), 3;
    for (int run = 0; run < atoi(argv[8]); run++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        int agents = atoi(argv[4]);
        desk_t d = {.key = {(uint32_t)atol(argv[6]), (uint32_t)atol(argv[7])}, .days = atol(argv[1]),
                    .per_day = atof(argv[2]), .mean_work = atof(argv[3]), .share = atof(argv[5]), .agents = agents};
        d.idle_since = grown(NULL, agents, 8), d.works_on = grown(NULL, agents, 8), d.begun = grown(NULL, agents, 8);
        simulate(&d);
        clock_gettime(CLOCK_MONOTONIC, &end);
        double waits[2] = {0, 0}, seconds = (double)(end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) / 1e9;
        int64_t tickets[2] = {0, 0};
        for (int64_t n = 0; n < d.spells.size; n++) {
            int32_t class = d.tickets.priority[d.spells.ticket[n]];
            waits[class] += (double)(d.spells.begin[n] - d.spells.queued[n]), tickets[class]++;
        }
        printf("%lld %lld %.6f %.3f %.3f\n", (long long)d.tickets.size, (long long)d.log.size, seconds,
               waits[0] / (double)tickets[0], tickets[1] ? waits[1] / (double)tickets[1] : 0.0);
        release(&d);
    }
    return 0;
}
