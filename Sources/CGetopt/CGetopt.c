#include "CGetopt.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

int cgetopt_read(int count, char *const *words, const char *letters, const struct option *names,
                 struct cgetopt_result *results, int room, int *rest) {
    pthread_mutex_lock(&one_at_a_time);
#if defined(__APPLE__) || defined(__FreeBSD__)
    optreset = 1;
    optind = 1;
#else
    optind = 0;  // glibc: begin anew, and look at POSIXLY_CORRECT and the letters again
#endif
    opterr = 0;
    int found = 0;
    while (found < room) {
        int word = optind == 0 ? 1 : optind;
        optarg = NULL;
        optopt = 0;
        int code = getopt_long(count, words, letters, names, NULL);
        if (code == -1) break;
        const char *value = optarg;
        // -f=json is -fjson: an equals sign that joins is no part of the value.
        const char *written = word < count ? words[word] : NULL;
        if (value && written && written[0] == '-' && written[1] != '-' && *value == '=' && code != CGETOPT_POSITIONAL &&
            value > written && value < written + strlen(written))
            value++;
        results[found++] = (struct cgetopt_result){code, value, word, code == '?' || code == ':' ? optopt : 0};
        if (code == CGETOPT_UNKNOWN || code == CGETOPT_MISSING_VALUE) break;
    }
    *rest = optind;
    pthread_mutex_unlock(&one_at_a_time);
    return found;
}
