// What boards do from reset on: the file system, boot.py, main.py outside the raw REPL, the REPL.

#include <stdlib.h>

#include "py/gc.h"
#include "py/runtime.h"
#include "shared/runtime/gchelper.h"
#include "shared/runtime/pyexec.h"
#include "board.h"

#define STACK (10240) // bytes, as in the qemu port

static void scripts(void) {
    int ended = pyexec_file_if_exists("boot.py");
    if (pyexec_mode_kind == PYEXEC_MODE_FRIENDLY_REPL && ended != 0) {
        pyexec_file_if_exists("main.py");
    }
}

int main(int argc, char **argv) {
    mp_cstack_init_with_sp_here(STACK);
    serial_init();
    gc_init(HEAP_START, HEAP_START + SETTING_HEAP);
    for (;;) {
        mp_init();
        flash_mount();
        if (SETTING_SCRIPTS) {
            scripts();
        }
        while ((pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl() : pyexec_friendly_repl()) == 0) {
        }
        mp_printf(&mp_plat_print, "MPY: soft reboot\n");
        gc_sweep_all();
        mp_deinit();
    }
}

void gc_collect(void) {
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
}

void nlr_jump_fail(void *value) {
    mp_printf(&mp_plat_print, "uncaught NLR\n");
    exit(1);
}
