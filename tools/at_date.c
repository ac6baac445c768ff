/* The wall clock of a process, moved by SECONDS: tools/at_date.sh compiles it and has it loaded into each process.

   Calls that tell the time answer with the moved one, and deadlines on the wall clock are moved back before they are waited
   for. The monotonic clock stays as it is, and so do the times of files. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Later than this a deadline is on the wall clock (9 Sep 2001): no computer has run for 31 years. */
#define EARLIEST_WALL_TIME 1000000000

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_wall(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, clock, now);
  if (!failed && is_wall(clock)) now->tv_sec += SECONDS;
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int failed = syscall(SYS_gettimeofday, now, zone);
  if (!failed && now) now->tv_sec += SECONDS;
  return failed;
}

time_t time(time_t *where) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (where) *where = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(struct timespec *now, int base) {
  return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, now) ? base : 0;
}

static struct timespec real(const struct timespec *deadline) {
  struct timespec moved = *deadline;
  if (moved.tv_sec > EARLIEST_WALL_TIME) moved.tv_sec -= SECONDS;
  return moved;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
  static __typeof__(&pthread_cond_timedwait) next; /* its first version, which dlsym finds, is of another layout */
  if (!next) next = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  if (!next) next = NEXT(pthread_cond_timedwait);
  struct timespec moved = real(until);
  return next(condition, mutex, &moved);
}

int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until) {
  struct timespec moved = real(until);
  return NEXT(pthread_cond_clockwait)(condition, mutex, clock, &moved);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
  struct timespec moved = real(until);
  return NEXT(pthread_mutex_timedlock)(mutex, &moved);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
  struct timespec moved = real(until);
  return NEXT(sem_timedwait)(semaphore, &moved);
}

int sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict until) {
  struct timespec moved = real(until);
  return NEXT(sem_clockwait)(semaphore, clock, &moved);
}
