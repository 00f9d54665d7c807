/* A disk with faults, preloaded into a relay: what is not synced can be lost, writes and syncs can fail.
 *
 * For each write to the log's database since its last sync, the old bytes are noted in FILE.undo; put
 * back from its end to its beginning, the file is what a power cut would have left of it at worst.
 * The first byte of the file REFEREE_DISK says what fails: 1 writes (ENOSPC), 2 syncs (EIO), 3 syncs are slow. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS 4096
enum { NONE, OTHER, LOG };

static unsigned char kind[FDS];
static char *path_of[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned char *mode;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_close)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_open)(const char *, int, ...);

__attribute__((constructor)) static void begin(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_close = dlsym(RTLD_NEXT, "close");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_open = dlsym(RTLD_NEXT, "open64");
  const char *control = getenv("REFEREE_DISK");
  int fd = control ? real_open(control, O_RDONLY) : -1;
  if (fd < 0) return;
  void *map = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED) mode = map;
  real_close(fd);
}

static int ends(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcmp(text + a - b, end) == 0;
}

static int note_open(int fd, const char *path) {
  if (fd < 0 || fd >= FDS) return fd;
  pthread_mutex_lock(&lock);
  free(path_of[fd]);
  path_of[fd] = NULL;
  kind[fd] = NONE;
  if (ends(path, "throughline.db") || ends(path, "throughline.db-wal")) kind[fd] = LOG;
  else if (ends(path, ".db") || ends(path, ".db-wal")) kind[fd] = OTHER;
  if (kind[fd] != NONE) path_of[fd] = strdup(path);
  pthread_mutex_unlock(&lock);
  return fd;
}

#define OPEN(name)                                                        \
  int name(const char *path, int flags, ...) {                            \
    va_list rest;                                                         \
    va_start(rest, flags);                                                \
    mode_t permissions = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                         \
    if (!real_open) real_open = dlsym(RTLD_NEXT, "open64");               \
    return note_open(real_open(path, flags, permissions), path);          \
  }
OPEN(open)
OPEN(open64)

static int is_kind(int fd, int least) { return fd >= 0 && fd < FDS && kind[fd] >= least; }

static int undo_file(int fd, int flags) {
  char name[PATH_MAX];
  snprintf(name, sizeof name, "%s.undo", path_of[fd]);
  return real_open(name, flags, 0600);
}

/* Called with the lock: notes what stands where `size` bytes are about to be written. */
static void note_old(int fd, off_t at, size_t size) {
  struct stat now;
  if (fstat(fd, &now) != 0) return;
  int undo = undo_file(fd, O_WRONLY | O_CREAT | O_APPEND);
  if (undo < 0) return;
  char *old = malloc(size ? size : 1);
  int reader = real_open(path_of[fd], O_RDONLY);
  ssize_t had = reader < 0 ? 0 : pread(reader, old, size, at);
  if (reader >= 0) real_close(reader);
  if (had < 0) had = 0;
  int64_t head[3] = {at, had, now.st_size};
  real_write(undo, head, sizeof head);
  real_write(undo, old, had);
  free(old);
  real_close(undo);
}

static int fails(int fd, int with) { return mode && *mode == with && is_kind(fd, OTHER); }

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) {
  if (fails(fd, 1)) return errno = ENOSPC, -1;
  if (!is_kind(fd, LOG)) return real_pwrite(fd, bytes, size, at);
  pthread_mutex_lock(&lock);
  note_old(fd, at, size);
  ssize_t done = real_pwrite(fd, bytes, size, at);
  pthread_mutex_unlock(&lock);
  return done;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return pwrite64(fd, bytes, size, at); }

ssize_t write(int fd, const void *bytes, size_t size) {
  if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
  if (fails(fd, 1)) return errno = ENOSPC, -1;
  if (!is_kind(fd, LOG)) return real_write(fd, bytes, size);
  pthread_mutex_lock(&lock);
  note_old(fd, lseek(fd, 0, SEEK_CUR), size);
  ssize_t done = real_write(fd, bytes, size);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate64(int fd, off_t size) {
  if (!is_kind(fd, LOG)) return real_ftruncate(fd, size);
  pthread_mutex_lock(&lock);
  struct stat now;
  if (fstat(fd, &now) == 0) note_old(fd, size, now.st_size > size ? now.st_size - size : 0);
  int done = real_ftruncate(fd, size);
  pthread_mutex_unlock(&lock);
  return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int synced(int fd, int (*real)(int)) {
  if (fails(fd, 2)) return errno = EIO, -1;
  if (fails(fd, 3)) usleep(50000);
  if (!is_kind(fd, LOG)) return real(fd);
  pthread_mutex_lock(&lock);
  int done = real(fd);
  int undo = done == 0 ? undo_file(fd, O_WRONLY | O_TRUNC) : -1;
  if (undo >= 0) real_close(undo);
  pthread_mutex_unlock(&lock);
  return done;
}
int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

/* Removed on purpose, and made anew: what was noted of it is of another file. */
int unlink(const char *path) {
  static int (*real_unlink)(const char *);
  if (!real_unlink) real_unlink = dlsym(RTLD_NEXT, "unlink");
  if (ends(path, "throughline.db-wal")) {
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s.undo", path);
    real_unlink(name);
  }
  return real_unlink(path);
}

int close(int fd) {
  if (is_kind(fd, OTHER)) {
    pthread_mutex_lock(&lock);
    kind[fd] = NONE;
    pthread_mutex_unlock(&lock);
  }
  return real_close ? real_close(fd) : 0;
}
