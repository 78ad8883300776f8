// The qemu port with what it lacks and a board has: a clock, flash for files, a ROM partition.

#include "mpconfigport.h"

#undef MICROPY_PY_TIME
#define MICROPY_PY_TIME (1)
#undef MICROPY_VFS_ROM_IOCTL
#define MICROPY_VFS_ROM_IOCTL (1)

#define MICROPY_REPL_STDIN_BUFFER_MAX (1024) // bytes, as mphalport.c has room for

#undef MICROPY_HW_BOARD_NAME
#define MICROPY_HW_BOARD_NAME "MPS2-AN385 emulated by QEMU"
