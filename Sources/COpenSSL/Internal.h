// What the C files of this target share; Swift does not see it.
#ifndef DPOP_COPENSSL_INTERNAL_H
#define DPOP_COPENSSL_INTERNAL_H
#include "COpenSSL.h"

#include <openssl/evp.h>

/// A key of ours around one of OpenSSL's, which is ours from then on; NULL when there is none, or no memory.
co_key *co_wrap(EVP_PKEY *pkey);
/// The digest of `bits`, fetched once; NULL when `bits` is none that `co_digest` takes.
const EVP_MD *co_digest_of(int bits);
#endif
