#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include "CNcurses.h"

#include "DirectColor.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static FILE *output_stream, *input_stream;
static int input_descriptor = -1, output_descriptor = -1;
static int signal_pipe[2] = {-1, -1};
static int saved_stderr = -1, error_file = -1;
static struct termios saved_modes;
static int has_saved_modes, uses_mouse;
static volatile sig_atomic_t is_open, is_ours;
// The signal that asked us to end; 0 while none has.
static volatile sig_atomic_t ending;

static const int crash_signals[] = {SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSYS};
static const int event_signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGTSTP, SIGQUIT};
// What ends a program that does not know them. SIGALRM is our own deadline too.
static const int other_signals[] = {SIGUSR1, SIGUSR2,   SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU,
#ifdef SIGPOLL
                                    SIGPOLL,
#endif
#ifdef SIGPWR
                                    SIGPWR,
#endif
#ifdef SIGSTKFLT
                                    SIGSTKFLT,
#endif
};
#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))
// A program that was asked to end has so long for it, in microseconds.
#define PATIENCE 500000

// Everything in the two handlers is async-signal-safe.
static void write_all(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = write(descriptor, bytes, length);
        if (count <= 0) {
            if (count < 0 && errno == EINTR) continue;
            return;
        }
        bytes += count;
        length -= (size_t)count;
    }
}

static void on_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (!is_ours) {
        // An editor or a pager has the terminal: its keys are its own, and it is not stopped without us.
        if (number == SIGINT || number == SIGQUIT) return;
        if (number == SIGTSTP) {
            kill(getpid(), SIGSTOP);
            errno = saved;
            return;
        }
    }
    if (number == SIGTERM || number == SIGHUP || number == SIGINT || number == SIGQUIT) {
        // Whatever holds us up, such as a terminal that nobody reads.
        struct itimerval deadline = {{0, 0}, {0, PATIENCE}};
        if (!ending) {
            ending = number;
            setitimer(ITIMER_REAL, &deadline, NULL);
        }
    }
    if (write(signal_pipe[1], &byte, 1) < 0) { /* the pipe is full of wake-ups already */
    }
    errno = saved;
}

static void replay_errors(void) {
    char buffer[4096];
    ssize_t count;
    if (error_file < 0 || saved_stderr < 0) return;
    lseek(error_file, 0, SEEK_SET);
    while ((count = read(error_file, buffer, sizeof buffer)) > 0) write_all(saved_stderr, buffer, (size_t)count);
}

static const char leave_sequence[] = "\033[?2004l\033[?1006l\033[?1000l\033[?1049l\033[?25h\033[0m\r";

// Writes as much as a terminal takes within so many milliseconds.
static void write_within(int descriptor, const char *bytes, size_t length, int *milliseconds) {
    while (length > 0) {
        ssize_t count = write(descriptor, bytes, length);
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (count < 0 && errno == EAGAIN && *milliseconds > 0) {
            struct pollfd ready = {descriptor, POLLOUT, 0};
            poll(&ready, 1, 20);
            *milliseconds -= 20;
        } else if (count == 0 || errno != EINTR) {
            return;
        }
    }
}

// Gives the terminal back; whoever does not read it is waited for so long only.
static void restore_within(int milliseconds) {
    if (!is_ours) return;
    is_ours = is_open = 0;
    int flags = fcntl(output_descriptor, F_GETFL);
    fcntl(output_descriptor, F_SETFL, flags | O_NONBLOCK);
    write_within(output_descriptor, leave_sequence, sizeof leave_sequence - 1, &milliseconds);
    // The description is shared with the shell.
    fcntl(output_descriptor, F_SETFL, flags);
    if (has_saved_modes) tcsetattr(input_descriptor, TCSANOW, &saved_modes);
}

static void on_deadline(int number) {
    if (ending) {
        restore_within(300);
        _exit(128 + ending);
    }
    restore_within(300);
    signal(number, SIG_DFL);
    raise(number);
}

static void on_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    if (is_ours) {
        restore_within(2000);
        signal(SIGALRM, SIG_DFL);
        alarm(2);
        replay_errors();
    }
    if (number == SIGBUS && info != NULL && info->si_code == BUS_ADRERR) {
        // A page of a mapped capture is not there any more.
        static const char words[] = "dpop-tui: the capture was shortened while it was read; open it again\n";
        write_all(saved_stderr >= 0 ? saved_stderr : 2, words, sizeof words - 1);
        _exit(3);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void install_handlers(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = on_signal;
    for (int i = 0; i < COUNT(event_signals); i++) sigaction(event_signals[i], &action, NULL);
    action.sa_sigaction = on_crash;
    action.sa_flags = (int)(SA_RESETHAND | SA_SIGINFO);
    for (int i = 0; i < COUNT(crash_signals); i++) sigaction(crash_signals[i], &action, NULL);
    action.sa_flags = 0;
    action.sa_handler = on_deadline;
    for (int i = 0; i < COUNT(other_signals); i++) sigaction(other_signals[i], &action, NULL);
#ifdef SIGRTMIN
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++) sigaction(number, &action, NULL);
#endif
    signal(SIGPIPE, SIG_IGN);
}

static void remove_handlers(void) {
    for (int i = 0; i < COUNT(event_signals); i++) signal(event_signals[i], SIG_DFL);
    for (int i = 0; i < COUNT(crash_signals); i++) signal(crash_signals[i], SIG_DFL);
    for (int i = 0; i < COUNT(other_signals); i++) {
        // The deadline stands until the program has ended: what is still to be said may wait for a reader too.
        if (other_signals[i] != SIGALRM || !ending) signal(other_signals[i], SIG_DFL);
    }
}

static void capture_errors(void) {
    FILE *file = tmpfile();
    if (file == NULL) return;
    error_file = dup(fileno(file));
    fclose(file);
    saved_stderr = dup(2);
    fcntl(error_file, F_SETFD, FD_CLOEXEC);
    fcntl(saved_stderr, F_SETFD, FD_CLOEXEC);
    fflush(stderr);
    dup2(error_file, 2);
}

static void release_errors(void) {
    if (saved_stderr < 0) return;
    fflush(stderr);
    dup2(saved_stderr, 2);
    replay_errors();
    close(error_file);
    close(saved_stderr);
    error_file = saved_stderr = -1;
}

static void set_private_modes(int on) {
    const char *paste = on ? "\033[?2004h" : "\033[?2004l";
    write_all(output_descriptor, paste, strlen(paste));
    if (uses_mouse) {
        const char *mouse = on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l";
        write_all(output_descriptor, mouse, strlen(mouse));
    }
}

// Begins with the terminal that TERM names: with direct colours where it takes them, else as its description has it.
static SCREEN *new_terminal(int output, int takes_direct) {
    char *description = direct_description(output, takes_direct);
    SCREEN *found = NULL;
    if (description != NULL) {
        const char *place = getenv("TERMINFO");
        char *saved = place == NULL ? NULL : strdup(place);
        setenv("TERMINFO", description, 1);
        found = newterm(NULL, output_stream, input_stream);
        if (saved != NULL) setenv("TERMINFO", saved, 1);
        else unsetenv("TERMINFO");
        free(saved);
        free(description);
    }
    return found != NULL ? found : newterm(NULL, output_stream, input_stream);
}

int cn_open(int input, int output, int mouse, int takes_direct, char *why, size_t why_size) {
    setlocale(LC_CTYPE, "");
    input_descriptor = input;
    output_descriptor = output;
    uses_mouse = mouse;
    if (pipe(signal_pipe) != 0) {
        snprintf(why, why_size, "no pipe: %s", strerror(errno));
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
        fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
    }
    has_saved_modes = tcgetattr(input, &saved_modes) == 0;
    install_handlers();
    output_stream = fdopen(dup(output), "w");
    input_stream = fdopen(dup(input), "r");
    setvbuf(output_stream, NULL, _IOFBF, 1 << 16);
    screen = new_terminal(output, takes_direct);
    if (screen == NULL) screen = newterm("xterm", output_stream, input_stream);
    if (screen == NULL) {
        remove_handlers();
        snprintf(why, why_size, "the terminal '%s' is not known to terminfo", getenv("TERM") ? getenv("TERM") : "");
        return -1;
    }
    capture_errors();
    is_open = is_ours = 1;
    set_term(screen);
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    define_key("\033[200~", 0x7000);
    define_key("\033[201~", 0x7001);
    define_key("\033[Z", KEY_BTAB);
    set_private_modes(1);
    return 0;
}

void cn_close(void) {
    if (!is_open) return;
    set_private_modes(0);
    endwin();
    if (has_saved_modes) tcsetattr(input_descriptor, TCSADRAIN, &saved_modes);
    is_open = is_ours = 0;
    remove_handlers();
    release_errors();
}

void cn_leave(void) {
    set_private_modes(0);
    def_prog_mode();
    endwin();
    if (has_saved_modes) tcsetattr(input_descriptor, TCSADRAIN, &saved_modes);
    is_ours = 0;
    release_errors();
}

void cn_enter(void) {
    capture_errors();
    is_ours = 1;
    reset_prog_mode();
    set_private_modes(1);
    clearok(curscr, TRUE);
    refresh();
}

void cn_stop(void) {
    signal(SIGTSTP, SIG_DFL);
    kill(0, SIGTSTP);
    // Here the process stands still until SIGCONT.
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = on_signal;
    sigaction(SIGTSTP, &action, NULL);
}

int cn_colors(void) { return has_colors() ? COLORS : 0; }

void cn_size(int *rows, int *columns) {
    struct winsize size;
    if (ioctl(output_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        *rows = size.ws_row;
        *columns = size.ws_col;
    } else {
        *rows = LINES > 0 ? LINES : 24;
        *columns = COLS > 0 ? COLS : 80;
    }
}

void cn_resize(int rows, int columns) {
    if (rows != LINES || columns != COLS) resizeterm(rows, columns);
    clearok(curscr, TRUE);
}

static attr_t attributes_of(int bits) {
    return (bits & CN_BOLD ? A_BOLD : 0) | (bits & CN_DIM ? A_DIM : 0) | (bits & CN_UNDERLINE ? A_UNDERLINE : 0) |
           (bits & CN_REVERSE ? A_REVERSE : 0) | (bits & CN_ITALIC ? A_ITALIC : 0);
}

void cn_put_row(int row, const cn_cell *cells, int count) {
    int last_foreground = -2, last_background = -2, pair = 0;
    for (int column = 0; column < count; column++) {
        const cn_cell *cell = cells + column;
        wchar_t text[5];
        cchar_t character;
        if (cell->count == 0) continue;
        for (int i = 0; i < cell->count && i < 4; i++) text[i] = (wchar_t)cell->scalars[i];
        text[cell->count < 4 ? cell->count : 4] = 0;
        if (cell->foreground != last_foreground || cell->background != last_background) {
            last_foreground = cell->foreground;
            last_background = cell->background;
            pair = last_foreground < 0 && last_background < 0 ? 0 : alloc_pair(last_foreground, last_background);
            if (pair < 0) pair = 0;
        }
        if (setcchar(&character, text, attributes_of(cell->attributes), (short)pair, &pair) != OK) {
            text[0] = L'?';
            text[1] = 0;
            setcchar(&character, text, attributes_of(cell->attributes), (short)pair, &pair);
        }
        mvadd_wch(row, column, &character);
    }
}

void cn_cursor(int row, int column) {
    if (row < 0) {
        curs_set(0);
    } else {
        curs_set(1);
        move(row, column);
    }
}

void cn_flush(void) { refresh(); }

void cn_repaint(void) { clearok(curscr, TRUE); }

static int32_t read_mouse(int *row, int *column) {
    // SGR reports: ESC [ < button ; column ; row M — read past curses, which knows its own X10 form only.
    int numbers[3] = {0, 0, 0}, at = 0;
    wint_t character;
    for (int guard = 0; guard < 32; guard++) {
        if (get_wch(&character) == ERR) return CN_OTHER;
        if (character >= '0' && character <= '9') {
            numbers[at] = numbers[at] * 10 + (int)(character - '0');
        } else if (character == ';' && at < 2) {
            at++;
        } else {
            *column = numbers[1] - 1;
            *row = numbers[2] - 1;
            if (character != 'M') return CN_OTHER;
            return numbers[0] == 64 ? CN_WHEEL_UP : numbers[0] == 65 ? CN_WHEEL_DOWN : numbers[0] == 0 ? CN_CLICK : CN_OTHER;
        }
    }
    return CN_OTHER;
}

int32_t cn_read(int *row, int *column) {
    wint_t character = 0;
    int kind = get_wch(&character);
    if (kind == ERR) return CN_NONE;
    if (kind != KEY_CODE_YES) {
        if (character == 27 && uses_mouse) {
            wint_t next = 0;
            if (get_wch(&next) == OK && next == '[') {
                wint_t third = 0;
                if (get_wch(&third) == OK && third == '<') return read_mouse(row, column);
            } else if (next != 0) {
                unget_wch((wchar_t)next);
            }
        }
        return (int32_t)character;
    }
    switch (character) {
    case KEY_UP: return CN_UP;
    case KEY_DOWN: return CN_DOWN;
    case KEY_LEFT: return CN_LEFT;
    case KEY_RIGHT: return CN_RIGHT;
    case KEY_HOME: return CN_HOME;
    case KEY_END: return CN_END;
    case KEY_PPAGE: return CN_PAGE_UP;
    case KEY_NPAGE: return CN_PAGE_DOWN;
    case KEY_BACKSPACE: return CN_BACKSPACE;
    case KEY_DC: return CN_DELETE;
    case KEY_ENTER: return CN_ENTER;
    case KEY_BTAB: return CN_BACK_TAB;
    case KEY_F(1): return CN_F1;
    case 0x7000: return CN_PASTE_BEGIN;
    case 0x7001: return CN_PASTE_END;
    case KEY_MOUSE: return uses_mouse ? read_mouse(row, column) : CN_OTHER;
    default: return CN_OTHER; // KEY_RESIZE too: the signal came already
    }
}

int cn_signal_descriptor(void) { return signal_pipe[0]; }

int cn_next_signal(void) {
    unsigned char byte;
    ssize_t count;
    do count = read(signal_pipe[0], &byte, 1);
    while (count < 0 && errno == EINTR);
    return count != 1 ? 0 : byte == 255 ? -1 : byte;
}

void cn_wake(void) {
    unsigned char byte = 255;
    if (write(signal_pipe[1], &byte, 1) < 0) { /* full: it wakes anyway */
    }
}

void cn_write_raw(const char *bytes, size_t length) {
    fflush(output_stream);
    write_all(output_descriptor, bytes, length);
}
