#ifndef CGETOPT_H
#define CGETOPT_H

#include <getopt.h>

/// What getopt_long said of one option or word.
struct cgetopt_result {
    /// One of the values below, or the `val` of an option.
    int code;
    /// An option's value, or the positional; NULL where there is none. It points into the word it was written in.
    const char *value;
    /// The word the option was written in: in a cluster such as -vxh that is not the one before `optind`.
    int word;
    /// The letter or the `val` at fault; 0 for a long name that nobody has, or that several options begin with.
    int fault;
};

enum {
    CGETOPT_POSITIONAL = 1,
    CGETOPT_UNKNOWN = '?',       // an unknown or ambiguous name, or a flag that was given a value
    CGETOPT_MISSING_VALUE = ':'  // an option at the end that wants a value
};

/// Reads a whole command line from `words[1]` on by getopt_long, whose place is kept in globals: one caller at a time.
///
/// `letters` begins with "-:" to take positionals wherever they stand, whatever POSIXLY_CORRECT says, or with "+:" to
/// stop at the first. Reading ends at the first fault. Writes at most `room` results and returns how many there are;
/// `*rest` becomes the index of the first word that was not read.
int cgetopt_read(int count, char *const *words, const char *letters, const struct option *names,
                 struct cgetopt_result *results, int room, int *rest);

#endif
