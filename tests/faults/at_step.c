/* Placed faults: loaded before libc into a program under test, it counts the steps that make something durable or
 * visible (writes, truncations, removals and syncs of files, sends on sockets) over all threads, writes each to a
 * journal, and at a chosen one kills the program, cuts its power, or lets the step fail.
 *
 * AT_STEP_JOURNAL  the file to which every step is added before it is done, and `!` with its number when the fault comes
 * AT_STEP_FOLDER   only files below this folder are counted
 * AT_STEP_N        the step at which it happens, counted from 1
 * AT_STEP_WHAT     `kill` before the step; `after` it; `power`: as kill, and what was written and not yet synced is
 *                  undone; an errno's number: this step on the disk and the following ones fail so
 * AT_STEP_COUNT    how many steps on the disk fail, where they fail
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))

/* What a write replaced, newest first; forgotten when its file is synced. */
struct undo {
    struct undo *older;
    dev_t dev;
    ino_t ino;
    int fd;
    off_t at, size_before;
    size_t length;
    char bytes[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *undos;
static long step, at = -1, count;
static int journal = -1, fault;
static const char *what = "", *folder = "";

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("AT_STEP_JOURNAL"), *number = getenv("AT_STEP_N"), *many = getenv("AT_STEP_COUNT");
    if (getenv("AT_STEP_FOLDER")) folder = getenv("AT_STEP_FOLDER");
    if (getenv("AT_STEP_WHAT")) what = getenv("AT_STEP_WHAT");
    at = number ? atol(number) : -1;
    count = many ? atol(many) : 1;
    fault = atoi(what);
    if (path) journal = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    /* Not for the programs that this one starts. */
    unsetenv("LD_PRELOAD");
}

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static void die(void) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

/* Writes down that the fault comes at the step that is being done. */
static void strike(void) {
    char line[32];
    int size = snprintf(line, sizeof line, "!\t%ld\n", step);
    if (journal >= 0) syscall(SYS_write, journal, line, size);
}

/* A power cut: the disk has what was synced, and of the rest in this cut nothing. */
static void lose_what_is_not_synced(void) {
    for (struct undo *one = undos; one; one = one->older) {
        if (one->length) syscall(SYS_pwrite64, one->fd, one->bytes, one->length, one->at);
        syscall(SYS_ftruncate, one->fd, one->size_before);
    }
}

/* Is it a file of ours; then its name within the folder. SQLite's -shm is memory, locks and journal are no news. */
static int ours(const char *path, const char **name) {
    size_t length = strlen(folder), all = strlen(path);
    if (!length || strncmp(path, folder, length) || path[length] != '/') return 0;
    if (all > 4 && !strcmp(path + all - 4, "-shm")) return 0;
    if (all > 5 && !strcmp(path + all - 5, ".lock")) return 0;
    *name = path + length + 1;
    return 1;
}

static int interesting(int fd, char *path, const char **name) {
    struct stat about;
    if (fd == journal || fstat(fd, &about)) return 0;
    if (S_ISSOCK(about.st_mode)) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;
        *name = "a socket";
        return !getpeername(fd, (struct sockaddr *)&peer, &length)
            && (peer.ss_family == AF_INET || peer.ss_family == AF_INET6);
    }
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return ours(path, name);
}

/* What is said aloud: no power cut can unsay it, and it is on no disk. */
static int is_said(const char *name) {
    const char *end = strrchr(name, '/');
    return !strcmp(end ? end + 1 : name, "said");
}

/* Counts a step; true when it is to fail. On return the lock is held, so that steps are done in the order of the
 * journal. */
static int reached(const char *call, const char *name, const void *bytes, size_t length, long offset) {
    char line[PATH_MAX + 128], begins[25] = "";
    for (size_t i = 0; bytes && i < length && i + 1 < sizeof begins; i++) {
        char c = ((const char *)bytes)[i];
        begins[i] = c > ' ' && c < 127 ? c : '.';
        begins[i + 1] = 0;
    }
    pthread_mutex_lock(&lock);
    step++;
    int on_disk = strcmp(name, "a socket") && !is_said(name);
    int chosen = at > 0 && (fault ? step >= at && on_disk && count-- > 0 : step == at);
    int size = snprintf(line, sizeof line, "%ld\t%s\t%s\t%ld+%zu\t%s\n", step, call, name, offset, length, begins);
    if (journal >= 0) syscall(SYS_write, journal, line, size);
    if (!chosen) return 0;
    if (!strcmp(what, "power")) lose_what_is_not_synced();
    if (!strcmp(what, "kill") || !strcmp(what, "power")) {
        strike();
        die();
    }
    return fault != 0;
}

/* What the program is told in place of doing the step. */
static int refused(void) {
    strike();
    errno = fault;
    return -1;
}

static void done(void) {
    int kept = errno;
    if (at > 0 && step == at && !strcmp(what, "after")) {
        strike();
        die();
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
}

/* Keeps what is about to be replaced. */
static void remember(int fd, off_t offset, size_t length, const char *name) {
    struct stat about;
    if (strcmp(what, "power") || is_said(name) || fstat(fd, &about) || !S_ISREG(about.st_mode)) return;
    if (offset < 0) offset = about.st_size;
    size_t there = offset >= about.st_size ? 0 : (size_t)(about.st_size - offset);
    if (there > length) there = length;
    struct undo *one = malloc(sizeof *one + there);
    if (!one) abort();
    *one = (struct undo){undos, about.st_dev, about.st_ino, fcntl(fd, F_DUPFD_CLOEXEC, 500), offset, about.st_size, there};
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int reader = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (there && syscall(SYS_pread64, reader, one->bytes, there, offset) != (ssize_t)there) abort();
    close(reader);
    undos = one;
}

static void synced(int fd) {
    struct stat about;
    if (fstat(fd, &about)) return;
    for (struct undo **place = &undos; *place;) {
        struct undo *one = *place;
        if (one->dev == about.st_dev && one->ino == about.st_ino) {
            *place = one->older;
            syscall(SYS_close, one->fd);
            free(one);
        } else
            place = &one->older;
    }
}

#define STEP(call, fd, bytes, length, offset, before, doing, after) \
    do {                                                            \
        char path[PATH_MAX];                                        \
        const char *name;                                           \
        if (!interesting(fd, path, &name)) return doing;            \
        int fails = reached(call, name, bytes, length, offset);     \
        __typeof__(doing) result = -1;                              \
        if (fails)                                                  \
            result = refused();                                     \
        else {                                                      \
            before;                                                 \
            result = doing;                                         \
            if (result >= 0) { after; }                             \
        }                                                           \
        done();                                                     \
        return result;                                              \
    } while (0)

ssize_t write(int fd, const void *bytes, size_t length) {
    STEP("write", fd, bytes, length, -1L, remember(fd, -1, length, name), REAL(write)(fd, bytes, length), );
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
    const void *first = number ? parts[0].iov_base : NULL;
    size_t length = number ? parts[0].iov_len : 0;
    STEP("writev", fd, first, length, -1L, remember(fd, -1, 0, name), REAL(writev)(fd, parts, number), );
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    STEP("pwrite", fd, NULL, length, (long)offset, remember(fd, offset, length, name),
         REAL(pwrite64)(fd, bytes, length, offset), );
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    STEP("send", fd, bytes, length, -1L, , REAL(send)(fd, bytes, length, flags), );
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    STEP("sendmsg", fd, NULL, 0, -1L, , REAL(sendmsg)(fd, message, flags), );
}

int fsync(int fd) { STEP("sync", fd, NULL, 0, -1L, , REAL(fsync)(fd), synced(fd)); }

int fdatasync(int fd) { STEP("sync", fd, NULL, 0, -1L, , REAL(fdatasync)(fd), synced(fd)); }

int ftruncate64(int fd, off64_t length) {
    struct stat about;
    size_t lost = !fstat(fd, &about) && about.st_size > length ? (size_t)(about.st_size - length) : 0;
    STEP("truncate", fd, NULL, 0, (long)length, remember(fd, length, lost, name), REAL(ftruncate64)(fd, length), );
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int rename(const char *from, const char *to) {
    const char *name;
    if (!ours(to, &name)) return REAL(rename)(from, to);
    int fails = reached("rename", name, NULL, 0, -1L), result = -1;
    if (fails)
        result = refused();
    else
        result = REAL(rename)(from, to);
    done();
    return result;
}

int unlink(const char *gone) {
    const char *name;
    if (!ours(gone, &name)) return REAL(unlink)(gone);
    int fails = reached("remove", name, NULL, 0, -1L), result = -1;
    if (fails)
        result = refused();
    else
        result = REAL(unlink)(gone);
    done();
    return result;
}
