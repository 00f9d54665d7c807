/* A disk with faults, preloaded into a relay: what is not synced can be lost, writes and syncs can fail.
 *
 * For each write to the log's database since its last sync, the old bytes are noted in FILE.undo; put
 * back from its end to its beginning, the file is what a power cut would have left of it at worst.
 * The file REFEREE_DISK lies beside the database and is shared with whoever plays the disk. Its first byte says
 * what fails: 1 writes (ENOSPC), 2 syncs (EIO), 3 syncs are slow. Then come two lengths, of what is noted whole
 * for the database and for its WAL: whoever is killed while it notes leaves bytes behind that are no note.
 *
 * Of what people upload, at worst all bytes are lost that no sync of the file came after, and all names that no
 * sync of the folder came after. Such files have a mark each, named by their inodes, in lost-bytes and lost-names. */
#define _GNU_SOURCE
#include <dirent.h>
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
enum { NONE, UPLOAD, OTHER, DATABASE, WAL };

struct control {
  int64_t mode;
  int64_t noted[2];
};

static unsigned char kind[FDS];
static char *path_of[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile struct control *control;
static char folder[PATH_MAX];

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_close)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_open)(const char *, int, ...);
static int (*real_rename)(const char *, const char *);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_close = dlsym(RTLD_NEXT, "close");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_mkdir = dlsym(RTLD_NEXT, "mkdir");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  const char *file = getenv("REFEREE_DISK");
  int fd = file ? real_open(file, O_RDWR) : -1;
  if (fd < 0) return;
  void *map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  real_close(fd);
  if (map == MAP_FAILED) return;
  snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(file, '/') - file), file);
  control = map;
}

static int ends(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcmp(text + a - b, end) == 0;
}

/* `name` in the folder of the log. */
static int is_log(const char *path, const char *name) {
  size_t size = strlen(folder);
  return size > 0 && strncmp(path, folder, size) == 0 && path[size] == '/' && strcmp(path + size + 1, name) == 0;
}

/* Below the folder of uploads, or that folder itself. */
static int is_upload(const char *path) {
  static const char below[] = "/files";
  size_t size = strlen(folder), more = sizeof below - 1;
  return size > 0 && strncmp(path, folder, size) == 0 && strncmp(path + size, below, more) == 0 &&
         (path[size + more] == '/' || path[size + more] == 0);
}

static void mark_path(char *name, const char *what, ino_t inode) {
  snprintf(name, PATH_MAX, "%s/lost-%s/%llu", folder, what, (unsigned long long)inode);
}

static void mark(const struct stat *it, const char *what) {
  char name[PATH_MAX];
  mark_path(name, what, it->st_ino);
  int made = real_open(name, O_WRONLY | O_CREAT, 0600);
  if (made >= 0) real_close(made);
}

static void mark_name(const char *path) {
  struct stat now;
  if (is_upload(path) && stat(path, &now) == 0) mark(&now, "names");
}

static void mark_bytes(int fd) {
  struct stat now;
  if (fd >= 0 && fd < FDS && kind[fd] == UPLOAD && fstat(fd, &now) == 0) mark(&now, "bytes");
}

static void unmark(const char *what, ino_t inode) {
  char name[PATH_MAX];
  mark_path(name, what, inode);
  real_unlink(name);
}

/* The bytes of a file are safe now, or the names in a folder. */
static void settle(int fd) {
  struct stat now;
  if (fstat(fd, &now) != 0) return;
  if (!S_ISDIR(now.st_mode)) {
    unmark("bytes", now.st_ino);
    return;
  }
  DIR *entries = opendir(path_of[fd]);
  struct dirent *entry;
  while (entries && (entry = readdir(entries))) unmark("names", entry->d_ino);
  if (entries) closedir(entries);
}

static int kind_of(const char *path) {
  if (is_upload(path)) return UPLOAD;
  if (is_log(path, "throughline.db")) return DATABASE;
  if (is_log(path, "throughline.db-wal")) return WAL;
  return ends(path, ".db") || ends(path, ".db-wal") ? OTHER : NONE;
}

static int note_open(int fd, const char *path) {
  if (fd < 0 || fd >= FDS) return fd;
  pthread_mutex_lock(&lock);
  free(path_of[fd]);
  path_of[fd] = NULL;
  kind[fd] = kind_of(path);
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
    int fd = note_open(real_open(path, flags, permissions), path);        \
    if (fd >= 0 && (flags & O_CREAT)) mark_name(path);                    \
    return fd;                                                            \
  }
OPEN(open)
OPEN(open64)

static int is_kind(int fd, int least) { return fd >= 0 && fd < FDS && kind[fd] >= least; }

static int undo_file(int fd, int flags) {
  char name[PATH_MAX];
  snprintf(name, sizeof name, "%s.undo", path_of[fd]);
  return real_open(name, O_WRONLY | O_CREAT | flags, 0600);
}

/* Called with the lock: notes what stands where `size` bytes are about to be written. */
static void note_old(int fd, off_t at, size_t size) {
  struct stat now;
  if (fstat(fd, &now) != 0) return;
  int undo = undo_file(fd, 0);
  if (undo < 0) return;
  char *old = malloc(size ? size : 1);
  int reader = real_open(path_of[fd], O_RDONLY);
  ssize_t had = reader < 0 ? 0 : pread(reader, old, size, at);
  if (reader >= 0) real_close(reader);
  if (had < 0) had = 0;
  int64_t head[3] = {at, had, now.st_size};
  volatile int64_t *noted = &control->noted[kind[fd] - DATABASE];
  real_pwrite(undo, old, had, *noted);
  real_pwrite(undo, head, sizeof head, *noted + had);
  *noted += had + sizeof head;
  free(old);
  real_close(undo);
}

static int fails(int fd, int with) { return control && control->mode == with && is_kind(fd, OTHER); }

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) {
  if (fails(fd, 1)) return errno = ENOSPC, -1;
  mark_bytes(fd);
  if (!is_kind(fd, DATABASE)) return real_pwrite(fd, bytes, size, at);
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
  mark_bytes(fd);
  if (!is_kind(fd, DATABASE)) return real_write(fd, bytes, size);
  pthread_mutex_lock(&lock);
  note_old(fd, lseek(fd, 0, SEEK_CUR), size);
  ssize_t done = real_write(fd, bytes, size);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate64(int fd, off_t size) {
  if (!is_kind(fd, DATABASE)) return real_ftruncate(fd, size);
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
  if (!is_kind(fd, DATABASE)) {
    int kept = real(fd);
    if (kept == 0 && is_kind(fd, UPLOAD) && !is_kind(fd, OTHER)) settle(fd);
    return kept;
  }
  pthread_mutex_lock(&lock);
  int done = real(fd);
  if (done == 0) {
    control->noted[kind[fd] - DATABASE] = 0;
    int undo = undo_file(fd, O_TRUNC);
    if (undo >= 0) real_close(undo);
  }
  pthread_mutex_unlock(&lock);
  return done;
}
int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

/* Removed on purpose, and made anew: what was noted of it is of another file. */
int unlink(const char *path) {
  if (!real_unlink) real_unlink = dlsym(RTLD_NEXT, "unlink");
  if (kind_of(path) == WAL) {
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s.undo", path);
    control->noted[WAL - DATABASE] = 0;
    real_unlink(name);
  }
  return real_unlink(path);
}

int rename(const char *from, const char *to) {
  if (!real_rename) real_rename = dlsym(RTLD_NEXT, "rename");
  int done = real_rename(from, to);
  if (done == 0) mark_name(to);
  return done;
}

int mkdir(const char *path, mode_t mode) {
  if (!real_mkdir) real_mkdir = dlsym(RTLD_NEXT, "mkdir");
  int done = real_mkdir(path, mode);
  if (done == 0) mark_name(path);
  return done;
}

int close(int fd) {
  if (is_kind(fd, UPLOAD)) {
    pthread_mutex_lock(&lock);
    kind[fd] = NONE;
    pthread_mutex_unlock(&lock);
  }
  return real_close ? real_close(fd) : 0;
}
