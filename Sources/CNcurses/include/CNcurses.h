// The terminal as dpop-tui needs it. No curses header shows through: its macros, globals and variadics stay in the .c file.
// One thread only, except cn_wake.
#ifndef DPOP_CNCURSES_H
#define DPOP_CNCURSES_H
#include <stddef.h>
#include <stdint.h>

enum {
    CN_BOLD = 1,
    CN_DIM = 2,
    CN_UNDERLINE = 4,
    CN_REVERSE = 8,
    CN_ITALIC = 16,
};

/// What cn_read answers besides characters.
enum {
    CN_NONE = -1,
    CN_UP = 0x110000,
    CN_DOWN,
    CN_LEFT,
    CN_RIGHT,
    CN_HOME,
    CN_END,
    CN_PAGE_UP,
    CN_PAGE_DOWN,
    CN_BACKSPACE,
    CN_DELETE,
    CN_ENTER,
    CN_BACK_TAB,
    CN_WHEEL_UP,
    CN_WHEEL_DOWN,
    CN_CLICK,
    CN_PASTE_BEGIN,
    CN_PASTE_END,
    CN_F1,
    CN_OTHER,
};

typedef struct {
    uint32_t scalars[4];
    uint8_t count; // 0: the second half of a wide character
    uint8_t attributes;
    int32_t foreground; // -1: the terminal's own; see cn_colors
    int32_t background;
} cn_cell;

/// Takes over the terminal at `input` and `output`. 0, or -1 with a reason in `why`. `takes_direct`: it takes colours as
/// they are (24 bits), even where its description does not say so.
int cn_open(int input, int output, int mouse, int takes_direct, char *why, size_t why_size);
/// Gives the terminal back as it was and prints what was written to standard error meanwhile.
void cn_close(void);
/// Between cn_leave and cn_enter the terminal is the shell's: for editors and for suspending.
void cn_leave(void);
void cn_enter(void);
/// Stops the process group as Ctrl-Z does, between cn_leave and cn_enter.
void cn_stop(void);

/// How many there are; 1 << 24 where a colour of 256 and more is 0xRRGGBB, and one below that an entry of the palette.
int cn_colors(void);

/// The window's size as the kernel knows it.
void cn_size(int *rows, int *columns);
void cn_resize(int rows, int columns);
void cn_put_row(int row, const cn_cell *cells, int count);
/// Shows the cursor there, or hides it when `row` is negative.
void cn_cursor(int row, int column);
void cn_flush(void);
/// The next flush repaints everything.
void cn_repaint(void);

/// The next key: a scalar, one of CN_…, or CN_NONE when there is none. `row` and `column` are set for CN_CLICK.
int32_t cn_read(int *row, int *column);

/// Readable when a signal came; cn_next_signal takes it, 0 when there is none, -1 for cn_wake.
int cn_signal_descriptor(void);
int cn_next_signal(void);
/// Wakes a poll on cn_signal_descriptor from any thread.
void cn_wake(void);

/// Writes bytes past curses: OSC 52.
void cn_write_raw(const char *bytes, size_t length);
#endif
