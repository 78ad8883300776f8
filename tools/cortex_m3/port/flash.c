// The flash: block devices in memory that survives a reset, and in a file on the host a power cut.

#include <string.h>

#include "py/mperrno.h"
#include "py/runtime.h"
#include "extmod/vfs.h"
#include "extmod/vfs_lfs.h"
#include "board.h"

extern const mp_obj_type_t flash_type;

typedef struct _flash_obj_t {
    mp_obj_base_t base;
    uint8_t *start;
    uint32_t blocks;
} flash_obj_t;

static const flash_obj_t files = {{&flash_type}, FLASH_START, FILES_BLOCKS};
static const flash_obj_t rom = {
    {&flash_type}, FLASH_START + FILES_BLOCKS * FLASH_BLOCK, ROM_BLOCKS
};

// The memory of a call's block and offset, with room for so many bytes.
static uint8_t *place(size_t n_args, const mp_obj_t *args, size_t size) {
    const flash_obj_t *self = MP_OBJ_TO_PTR(args[0]);
    size_t at = mp_obj_get_int(args[1]) * FLASH_BLOCK;
    if (n_args == 4) {
        at += mp_obj_get_int(args[3]);
    }
    if (at + size > self->blocks * FLASH_BLOCK) {
        mp_raise_OSError(MP_EINVAL);
    }
    return self->start + at;
}

static mp_obj_t flash_readblocks(size_t n_args, const mp_obj_t *args) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(args[2], &buffer, MP_BUFFER_WRITE);
    memcpy(buffer.buf, place(n_args, args, buffer.len), buffer.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(flash_readblocks_obj, 3, 4, flash_readblocks);

static mp_obj_t flash_writeblocks(size_t n_args, const mp_obj_t *args) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(args[2], &buffer, MP_BUFFER_READ);
    memcpy(place(n_args, args, buffer.len), buffer.buf, buffer.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(flash_writeblocks_obj, 3, 4, flash_writeblocks);

static mp_obj_t flash_ioctl(mp_obj_t self_in, mp_obj_t command, mp_obj_t argument) {
    const flash_obj_t *self = MP_OBJ_TO_PTR(self_in);
    switch (mp_obj_get_int(command)) {
        case MP_BLOCKDEV_IOCTL_BLOCK_COUNT:
            return MP_OBJ_NEW_SMALL_INT(self->blocks);
        case MP_BLOCKDEV_IOCTL_BLOCK_SIZE:
            return MP_OBJ_NEW_SMALL_INT(FLASH_BLOCK);
        case MP_BLOCKDEV_IOCTL_BLOCK_ERASE:
            memset(self->start + mp_obj_get_int(argument) * FLASH_BLOCK, 0xff, FLASH_BLOCK);
            return MP_OBJ_NEW_SMALL_INT(0);
        default:
            return MP_OBJ_NEW_SMALL_INT(0); // nothing waits to be written
    }
}
static MP_DEFINE_CONST_FUN_OBJ_3(flash_ioctl_obj, flash_ioctl);

static const mp_rom_map_elem_t flash_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_readblocks), MP_ROM_PTR(&flash_readblocks_obj) },
    { MP_ROM_QSTR(MP_QSTR_writeblocks), MP_ROM_PTR(&flash_writeblocks_obj) },
    { MP_ROM_QSTR(MP_QSTR_ioctl), MP_ROM_PTR(&flash_ioctl_obj) },
};
static MP_DEFINE_CONST_DICT(flash_locals, flash_locals_table);

static mp_int_t flash_buffer(mp_obj_t self_in, mp_buffer_info_t *buffer, mp_uint_t flags) {
    const flash_obj_t *self = MP_OBJ_TO_PTR(self_in);
    if (flags != MP_BUFFER_READ) {
        return 1;
    }
    buffer->buf = self->start;
    buffer->len = self->blocks * FLASH_BLOCK;
    buffer->typecode = 'B';
    return 0;
}

MP_DEFINE_CONST_OBJ_TYPE(
    flash_type, MP_QSTR_Flash, MP_TYPE_FLAG_NONE,
    buffer, flash_buffer,
    locals_dict, &flash_locals
    );

mp_obj_t mp_vfs_rom_ioctl(size_t n_args, const mp_obj_t *args) {
    switch (mp_obj_get_int(args[0])) {
        case MP_VFS_ROM_IOCTL_GET_NUMBER_OF_SEGMENTS:
            return MP_OBJ_NEW_SMALL_INT(1);
        case MP_VFS_ROM_IOCTL_GET_SEGMENT:
            return MP_OBJ_FROM_PTR(&rom);
        default:
            return MP_OBJ_NEW_SMALL_INT(-MP_EINVAL);
    }
}

// Calls a function of VfsLfs2 with a block device and what the port rp2 asks for there.
static mp_obj_t with_device(mp_obj_t function) {
    mp_obj_t args[] = {
        MP_OBJ_FROM_PTR(&files), MP_OBJ_NEW_QSTR(MP_QSTR_progsize), MP_OBJ_NEW_SMALL_INT(256)
    };
    return mp_call_function_n_kw(function, 1, 1, args);
}

static void mount(void) {
    mp_obj_t root = MP_OBJ_NEW_QSTR(MP_QSTR__slash_);
    mp_obj_t vfs = with_device(MP_OBJ_FROM_PTR(&mp_type_vfs_lfs2));
    mp_call_function_2(MP_OBJ_FROM_PTR(&mp_vfs_mount_obj), vfs, root);
    mp_vfs_chdir(root);
}

void flash_mount(void) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mount();
        nlr_pop();
    } else { // a new board: its flash holds nothing yet
        with_device(mp_load_attr(MP_OBJ_FROM_PTR(&mp_type_vfs_lfs2), MP_QSTR_mkfs));
        mount();
    }
    mp_obj_list_append(mp_sys_path, MP_OBJ_NEW_QSTR(MP_QSTR__slash_lib));
}
