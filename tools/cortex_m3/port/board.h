// The memory beside the program's, and what the emulator wrote there before reset.

#include <stdint.h>

#define HEAP_START ((uint8_t *)0x20000000) // 4 MB of SSRAM
#define SETTINGS ((volatile uint32_t *)0x203ffff0) // at its end
#define SETTING_HEAP (SETTINGS[0]) // bytes
#define SETTING_SCRIPTS (SETTINGS[1]) // whether boot.py and main.py run

#define FLASH_START ((uint8_t *)0x21000000) // 16 MB of PSRAM, which a file of the host backs
#define FLASH_BLOCK (4096)
#define FILES_BLOCKS (512)
#define ROM_BLOCKS (64)

void flash_mount(void);
void serial_init(void);
