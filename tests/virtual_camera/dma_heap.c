/* LD_PRELOAD: memory files in place of /dev/dma_heap, for a kernel that has no DMA heaps.
 * libcamera's virtual camera takes its buffers from there; no device reads them, so that plain
 * shared memory does, and there is nothing to synchronize. */
#define _GNU_SOURCE
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <fcntl.h>

static int open_file(const char *path, int flags, int mode)
{
    if (path != NULL && strncmp(path, "/dev/dma_heap/", 14) == 0)
        return syscall(SYS_memfd_create, "dma_heap", MFD_CLOEXEC);
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define OPEN(name)                              \
    int name(const char *path, int flags, ...)  \
    {                                           \
        va_list more;                           \
        va_start(more, flags);                  \
        int mode = va_arg(more, int);           \
        va_end(more);                           \
        return open_file(path, flags, mode);    \
    }
OPEN(open)
OPEN(open64)

int __open_2(const char *path, int flags) { return open_file(path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_file(path, flags, 0); }

int ioctl(int fd, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    if ((unsigned)request == (unsigned)DMA_HEAP_IOCTL_ALLOC) {
        struct dma_heap_allocation_data *wanted = argument;
        int file = syscall(SYS_memfd_create, "dma_buf", MFD_CLOEXEC);
        if (file < 0 || ftruncate(file, wanted->len) != 0)
            return -1;
        wanted->fd = file;
        return 0;
    }
    if (_IOC_TYPE(request) == DMA_BUF_BASE) /* synchronize, name */
        return 0;
    return syscall(SYS_ioctl, fd, request, argument);
}
