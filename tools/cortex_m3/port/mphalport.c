// The serial line, which interrupts the program for each byte, and the clock.

#include "py/mphal.h"
#include "py/ringbuf.h"
#include "py/runtime.h"
#include "uart.h"
#include "board.h"

#define UART0_DATA (*(volatile uint32_t *)0x40004000)
#define UART0_CTRL (*(volatile uint32_t *)0x40004008)
#define UART0_INTCLEAR (*(volatile uint32_t *)0x4000400c)
#define UART_RX (1 << 1) // in INTCLEAR
#define UART_RX_INTERRUPT (1 << 3) // in CTRL
#define UART0_IRQ (0)
#define NVIC_ENABLE (*(volatile uint32_t *)0xe000e100)
#define NVIC_DISABLE (*(volatile uint32_t *)0xe000e180)
#define VECTOR_TABLE (*(volatile uint32_t *)0xe000ed08)
#define EXCEPTIONS (16)
#define COUNTER (*(volatile uint32_t *)0x40028018) // up by TICKS_PER_US a microsecond
#define TICKS_PER_US (25)

static uint8_t received_bytes[MICROPY_REPL_STDIN_BUFFER_MAX + 1];
static ringbuf_t received = {received_bytes, sizeof(received_bytes), 0, 0};

static bool full = false; // the next byte stays in the UART, and the sender waits

// Takes the bytes that are there.
static void serial_interrupt(void) {
    UART0_INTCLEAR = UART_RX;
    while (ringbuf_free(&received) > 0) {
        int byte = uart_rx_chr();
        if (byte < 0) {
            return;
        }
        if (byte == mp_interrupt_char) {
            mp_sched_keyboard_interrupt();
        } else {
            ringbuf_put(&received, byte);
        }
    }
    full = true;
    NVIC_DISABLE = 1 << UART0_IRQ;
}

void serial_init(void) {
    static uint32_t vectors[EXCEPTIONS + UART0_IRQ + 1] __attribute__((aligned(128)));
    const uint32_t *old = (const uint32_t *)VECTOR_TABLE;
    for (int k = 0; k < EXCEPTIONS; k++) {
        vectors[k] = old[k];
    }
    vectors[EXCEPTIONS + UART0_IRQ] = (uint32_t)serial_interrupt;
    VECTOR_TABLE = (uint32_t)vectors;
    UART0_CTRL |= UART_RX_INTERRUPT;
    // What came before this had no interrupt, and what waits comes when the register is read.
    int early = uart_rx_chr();
    if (early >= 0) {
        ringbuf_put(&received, early);
    } else {
        (void)UART0_DATA;
    }
    NVIC_ENABLE = 1 << UART0_IRQ;
}

int mp_hal_stdin_rx_chr(void) {
    for (;;) {
        int byte = ringbuf_get(&received);
        if (byte >= 0) {
            if (full) {
                full = false;
                NVIC_ENABLE = 1 << UART0_IRQ;
            }
            return byte;
        }
        mp_handle_pending(true);
        __asm volatile ("cpsid i"); // a byte that comes now wakes the processor all the same
        if (ringbuf_avail(&received) == 0) {
            __asm volatile ("wfi");
        }
        __asm volatile ("cpsie i");
    }
}

uintptr_t mp_hal_stdio_poll(uintptr_t poll_flags) {
    return 0; // nothing asks: the port has no select
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t length) {
    uart_tx_strn(text, length);
    return length;
}

// The counter, which wraps around, made long: it is read more often than every 171 s.
static uint64_t ticks(void) {
    static uint64_t long_count = 0;
    long_count += (uint32_t)(COUNTER - (uint32_t)long_count);
    return long_count;
}

uint64_t mp_hal_time_ns(void) {
    return ticks() * 1000 / TICKS_PER_US;
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return ticks();
}

mp_uint_t mp_hal_ticks_us(void) {
    return ticks() / TICKS_PER_US;
}

mp_uint_t mp_hal_ticks_ms(void) {
    return ticks() / (TICKS_PER_US * 1000);
}

void mp_hal_delay_us(mp_uint_t microseconds) {
    uint64_t end = ticks() + (uint64_t)microseconds * TICKS_PER_US;
    while (ticks() < end) {
        mp_handle_pending(true);
    }
}

void mp_hal_delay_ms(mp_uint_t milliseconds) {
    mp_hal_delay_us(milliseconds * 1000);
}
