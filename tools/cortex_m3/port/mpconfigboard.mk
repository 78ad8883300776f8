include boards/MPS2_AN385/mpconfigboard.mk

LDSCRIPT = $(BOARD_DIR)/board.ld
CFLAGS += -DMP_CONFIGFILE='"mpconfigboard.h"'
FROZEN_MANIFEST =
MICROPY_VFS_LFS2 = 1
SRC_C += flash.c
