// What cn_open tells ncurses of a terminal that takes colours as they are.
#ifndef DPOP_DIRECT_COLOR_H
#define DPOP_DIRECT_COLOR_H

// The terminal's description (terminfo) with escapes for direct colours in place of its own, as TERMINFO may hold one:
// "hex:" and the compiled form in hexadecimal digits. NULL where it has none: the description does not say that it
// takes them (RGB, Tc) and `is_told` is 0, it cannot return to its own colours, or ncurses is too old. To be freed.
//
// With it the number of a colour is one of the 256 of the palette, or from 256 on the colour itself, 0xRRGGBB.
char *direct_description(int output, int is_told);
#endif
