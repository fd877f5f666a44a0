// For SHA256_Init and friends, a third of EVP's time for the short texts of JOSE, and for ECDSA_do_verify, which takes R and
// S as JOSE has them: EVP's wants DER, and writes it anew to compare.
#define OPENSSL_SUPPRESS_DEPRECATED 1
#include "Internal.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>

struct co_key {
    EVP_PKEY *pkey;
    EVP_PKEY_CTX *verify; // kept between signatures: setting it up costs as much as parsing a proof
    int scheme; // of RSA, what `verify` is set up for: a digest's bits, with PSS the same below zero
    EC_KEY *point; // for ECDSA_do_verify the same key, and the signature it is given; NULL until the first
    ECDSA_SIG *signature;
};

static EVP_MD *digests[4];
static pthread_once_t digests_once = PTHREAD_ONCE_INIT;
// Each thread's own, freed with it.
static _Thread_local EVP_MD_CTX *digest_context;
static pthread_key_t digest_contexts;

static void free_digest_context(void *context) { EVP_MD_CTX_free(context); }

static void fetch_digests(void) {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    digests[0] = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    digests[1] = EVP_MD_fetch(NULL, "SHA2-384", NULL);
    digests[2] = EVP_MD_fetch(NULL, "SHA2-512", NULL);
    digests[3] = EVP_MD_fetch(NULL, "SHA1", NULL);
    pthread_key_create(&digest_contexts, free_digest_context);
}

// The random generator on SHA-256, which signing needs anyway: the usual one makes OpenSSL set up every cipher it has, a
// fifth of the time that a first key takes. Refused when something has drawn random bytes before; the usual one serves then.
static pthread_once_t random_once = PTHREAD_ONCE_INIT;

static void choose_random(void) {
    RAND_set_DRBG_type(NULL, "HASH-DRBG", NULL, NULL, "SHA2-256");
    ERR_clear_error();
}

const EVP_MD *co_digest_of(int bits) {
    pthread_once(&digests_once, fetch_digests);
    switch (bits) {
    case 256: return digests[0];
    case 384: return digests[1];
    case 512: return digests[2];
    case 1: return digests[3];
    default: return NULL;
    }
}

size_t co_digest(int bits, const uint8_t *data, size_t length, uint8_t *out) {
    if (bits == 256) {
        SHA256_CTX context;
        return SHA256_Init(&context) == 1 && SHA256_Update(&context, data, length) == 1 && SHA256_Final(out, &context) == 1 ? 32 : 0;
    }
    const EVP_MD *md = co_digest_of(bits);
    unsigned int written = 0;
    if (md == NULL) return 0;
    if (digest_context == NULL && (digest_context = EVP_MD_CTX_new()) != NULL)
        pthread_setspecific(digest_contexts, digest_context);
    if (digest_context == NULL || EVP_DigestInit_ex(digest_context, md, NULL) != 1 ||
        EVP_DigestUpdate(digest_context, data, length) != 1 ||
        EVP_DigestFinal_ex(digest_context, out, &written) != 1)
        return 0;
    return written;
}

// A hash over data that comes in pieces.
struct co_hash {
    EVP_MD_CTX *context;
};

co_hash *co_hash_new(int bits) {
    const EVP_MD *md = co_digest_of(bits);
    co_hash *hash = md != NULL ? malloc(sizeof *hash) : NULL;
    if (hash == NULL) return NULL;
    hash->context = EVP_MD_CTX_new();
    if (hash->context == NULL || EVP_DigestInit_ex(hash->context, md, NULL) != 1) {
        co_hash_free(hash);
        return NULL;
    }
    return hash;
}

int co_hash_add(co_hash *hash, const uint8_t *data, size_t length) {
    return EVP_DigestUpdate(hash->context, data, length) == 1;
}

size_t co_hash_end(co_hash *hash, uint8_t *out) {
    unsigned int written = 0;
    return EVP_DigestFinal_ex(hash->context, out, &written) == 1 ? written : 0;
}

void co_hash_free(co_hash *hash) {
    if (hash == NULL) return;
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

co_key *co_wrap(EVP_PKEY *pkey) {
    if (pkey == NULL) return NULL;
    co_key *key = OPENSSL_zalloc(sizeof(co_key));
    if (key == NULL) {
        EVP_PKEY_free(pkey);
        return NULL;
    }
    key->pkey = pkey;
    return key;
}

static void stop_verifying(co_key *key) {
    EVP_PKEY_CTX_free(key->verify);
    key->verify = NULL;
    key->scheme = 0;
}

void co_key_free(co_key *key) {
    if (key == NULL) return;
    stop_verifying(key);
    EC_KEY_free(key->point);
    ECDSA_SIG_free(key->signature);
    EVP_PKEY_free(key->pkey);
    OPENSSL_free(key);
}

static EVP_PKEY *from_params(const char *type, int selection, OSSL_PARAM *params) {
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &pkey, selection, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(context);
    return pkey;
}

// A key without a point for each curve: copying one and setting the point takes a fifth of building a key from parameters.
static EVP_PKEY *ec_template(const char *curve) {
    static struct {
        char name[16];
        _Atomic(EVP_PKEY *) key;
    } known[] = {{"prime256v1", NULL}, {"secp384r1", NULL}, {"secp521r1", NULL}, {"secp256k1", NULL}};
    for (size_t at = 0; at < sizeof known / sizeof *known; at++) {
        if (strcmp(known[at].name, curve) != 0) continue;
        EVP_PKEY *key = atomic_load(&known[at].key), *expected = NULL;
        if (key != NULL) return key;
        OSSL_PARAM params[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, known[at].name, 0),
            OSSL_PARAM_construct_end(),
        };
        if ((key = from_params("EC", EVP_PKEY_KEY_PARAMETERS, params)) == NULL) return NULL;
        if (atomic_compare_exchange_strong(&known[at].key, &expected, key)) return key;
        EVP_PKEY_free(key); // another thread was faster
        return expected;
    }
    return NULL;
}

#define ENCODED_POINT (1 + 2 * 66)

// `ec`: the same key for ECDSA_do_verify; NULL where there is none yet.
static int set_point(EVP_PKEY *pkey, EC_KEY *ec, const uint8_t *x, const uint8_t *y, size_t length) {
    uint8_t point[ENCODED_POINT];
    if (length == 0 || length > 66) return 0;
    point[0] = 4;
    memcpy(point + 1, x, length);
    memcpy(point + 1 + length, y, length);
    ERR_clear_error();
    return EVP_PKEY_set1_encoded_public_key(pkey, point, 1 + 2 * length) == 1 &&
           (ec == NULL || EC_KEY_oct2key(ec, point, 1 + 2 * length, NULL) == 1);
}

co_key *co_ec_key_new(const char *curve, const uint8_t *x, const uint8_t *y, size_t length) {
    EVP_PKEY *template = ec_template(curve), *pkey = template != NULL ? EVP_PKEY_dup(template) : NULL;
    if (pkey != NULL && !set_point(pkey, NULL, x, y, length)) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    return co_wrap(pkey);
}

int co_ec_key_move(co_key *key, const uint8_t *x, const uint8_t *y, size_t length) {
    return set_point(key->pkey, key->point, x, y, length);
}

co_key *co_rsa_key_new(const uint8_t *n, size_t n_length, const uint8_t *e, size_t e_length) {
    ERR_clear_error();
    BIGNUM *bn_n = BN_bin2bn(n, (int)n_length, NULL), *bn_e = BN_bin2bn(e, (int)e_length, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    EVP_PKEY *pkey = NULL;
    if (bn_n != NULL && bn_e != NULL && build != NULL && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, bn_n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, bn_e) == 1 &&
        (params = OSSL_PARAM_BLD_to_param(build)) != NULL)
        pkey = from_params("RSA", EVP_PKEY_PUBLIC_KEY, params);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(bn_n);
    BN_free(bn_e);
    return co_wrap(pkey);
}

co_key *co_raw_key_new(const char *type, const uint8_t *raw, size_t length) {
    ERR_clear_error();
    return co_wrap(EVP_PKEY_new_raw_public_key_ex(NULL, type, NULL, raw, length));
}

static int no_password(char *buffer, int size, int writing, void *asked) {
    (void)buffer, (void)size, (void)writing;
    *(int *)asked = 1;
    return -1;
}

co_key *co_pem_key_new(const uint8_t *pem, size_t length, int *encrypted) {
    EVP_PKEY *pkey = NULL;
    BIO *bio;
    *encrypted = 0;
    ERR_clear_error();
    for (int attempt = 0; attempt < 3 && pkey == NULL && !*encrypted; attempt++) {
        if ((bio = BIO_new_mem_buf(pem, (int)length)) == NULL) return NULL;
        if (attempt == 0) pkey = PEM_read_bio_PUBKEY(bio, NULL, no_password, encrypted);
        if (attempt == 1) pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, encrypted);
        if (attempt == 2) {
            X509 *certificate = PEM_read_bio_X509(bio, NULL, no_password, encrypted);
            if (certificate != NULL) pkey = X509_get_pubkey(certificate);
            X509_free(certificate);
        }
        BIO_free(bio);
    }
    if (pkey == NULL && !*encrypted && (bio = BIO_new_mem_buf(pem, (int)length)) != NULL) {
        // PKCS#1 public keys ("BEGIN RSA PUBLIC KEY") have a reader of their own.
        char *name = NULL, *header = NULL;
        unsigned char *der = NULL;
        long der_length = 0;
        if (PEM_read_bio(bio, &name, &header, &der, &der_length) == 1 && strcmp(name, PEM_STRING_RSA_PUBLIC) == 0) {
            const unsigned char *p = der;
            pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, der_length);
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
        BIO_free(bio);
    }
    return co_wrap(pkey);
}

int co_key_type(co_key *key, char *out, size_t size) {
    const char *name = EVP_PKEY_get0_type_name(key->pkey);
    if (name == NULL || strlen(name) >= size) return 0;
    strcpy(out, name);
    return 1;
}

int co_key_group(co_key *key, char *out, size_t size) {
    return EVP_PKEY_get_group_name(key->pkey, out, size, NULL) == 1;
}

size_t co_key_number(co_key *key, const char *name, uint8_t *out, size_t size, size_t width) {
    BIGNUM *number = NULL;
    size_t length = 0;
    if (EVP_PKEY_get_bn_param(key->pkey, name, &number) != 1) return 0;
    length = width != 0 ? width : (size_t)BN_num_bytes(number);
    if (length > size || BN_bn2binpad(number, out, (int)length) < 0) length = 0;
    BN_free(number);
    return length;
}

size_t co_key_spki(co_key *key, uint8_t *out, size_t size) {
    unsigned char *at = out;
    int length = i2d_PUBKEY(key->pkey, NULL);
    return length > 0 && (size_t)length <= size && i2d_PUBKEY(key->pkey, &at) == length ? (size_t)length : 0;
}

size_t co_key_raw_public(co_key *key, uint8_t *out, size_t size) {
    size_t length = size;
    return EVP_PKEY_get_raw_public_key(key->pkey, out, &length) == 1 ? length : 0;
}

static int begin_verifying(co_key *key) {
    key->verify = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
    if (key->verify != NULL && EVP_PKEY_verify_init(key->verify) == 1) return 1;
    stop_verifying(key);
    return 0;
}

static int verify_digest(co_key *key, const uint8_t *digest, size_t digest_length, const uint8_t *signature, size_t length) {
    if (EVP_PKEY_verify(key->verify, signature, length, digest, digest_length) == 1) return 1;
    ERR_clear_error(); // a refusal leaves words nobody asks for
    return 0;
}

int co_verify_ecdsa_der(co_key *key, const uint8_t *digest, size_t digest_length, const uint8_t *der, size_t length) {
    if (key->verify == NULL && !begin_verifying(key)) return -1;
    return verify_digest(key, digest, digest_length, der, length);
}

static int begin_verifying_ecdsa(co_key *key) {
    char curve[64];
    uint8_t point[ENCODED_POINT];
    size_t length = 0;
    BIGNUM *r = BN_new(), *s = BN_new();
    ECDSA_SIG *signature = ECDSA_SIG_new();
    if (signature == NULL || ECDSA_SIG_set0(signature, r, s) != 1) { // from then on they are the signature's
        BN_free(r);
        BN_free(s);
    } else if (EVP_PKEY_get_group_name(key->pkey, curve, sizeof curve, NULL) == 1 &&
               EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &length) == 1) {
        EC_KEY *ec = EC_KEY_new_by_curve_name(OBJ_txt2nid(curve));
        if (ec != NULL && EC_KEY_oct2key(ec, point, length, NULL) == 1) {
            key->point = ec;
            key->signature = signature;
            return 1;
        }
        EC_KEY_free(ec);
    }
    ECDSA_SIG_free(signature);
    return 0;
}

int co_verify_ecdsa(co_key *key, const uint8_t *digest, size_t digest_length, const uint8_t *raw, size_t raw_length) {
    size_t half = raw_length / 2;
    if (half == 0 || half > 66 || raw_length % 2 != 0) return -1;
    if (key->point == NULL && !begin_verifying_ecdsa(key)) return -1;
    // Its own numbers are written over.
    BIGNUM *r = (BIGNUM *)ECDSA_SIG_get0_r(key->signature), *s = (BIGNUM *)ECDSA_SIG_get0_s(key->signature);
    if (BN_bin2bn(raw, (int)half, r) == NULL || BN_bin2bn(raw + half, (int)half, s) == NULL) return -1;
    if (ECDSA_do_verify(digest, (int)digest_length, key->signature, key->point) == 1) return 1;
    ERR_clear_error(); // a refusal leaves words nobody asks for
    return 0;
}

static int begin_verifying_rsa(co_key *key, const EVP_MD *md, int pss) {
    return begin_verifying(key) && EVP_PKEY_CTX_set_rsa_padding(key->verify, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(key->verify, md) == 1 &&
           (!pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(key->verify, RSA_PSS_SALTLEN_DIGEST) == 1);
}

int co_verify_rsa(co_key *key, int bits, int pss, const uint8_t *data, size_t length, const uint8_t *signature,
                  size_t signature_length) {
    const EVP_MD *md = co_digest_of(bits);
    uint8_t digest[EVP_MAX_MD_SIZE];
    size_t digest_length = md != NULL ? co_digest(bits, data, length, digest) : 0;
    int scheme = pss ? -bits : bits;
    ERR_clear_error();
    if (digest_length == 0) return -1;
    if (key->scheme != scheme) {
        stop_verifying(key);
        if (!begin_verifying_rsa(key, md, pss)) {
            stop_verifying(key);
            return -1;
        }
        key->scheme = scheme;
    }
    return verify_digest(key, digest, digest_length, signature, signature_length);
}

int co_verify_eddsa(co_key *key, const uint8_t *data, size_t length, const uint8_t *signature, size_t signature_length) {
    int verdict = -1;
    ERR_clear_error();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key->pkey) == 1)
        verdict = EVP_DigestVerify(context, signature, signature_length, data, length) == 1;
    EVP_MD_CTX_free(context);
    return verdict;
}

co_key *co_ec_pair_new(const char *curve, const uint8_t *d, size_t length) {
    ERR_clear_error();
    EC_GROUP *group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(curve));
    EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
    BIGNUM *number = BN_secure_new();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    EVP_PKEY *pkey = NULL;
    uint8_t encoded[1 + 2 * 66];
    size_t encoded_length = 0;
    if (point != NULL && number != NULL && build != NULL && BN_bin2bn(d, (int)length, number) != NULL &&
        EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
        (encoded_length = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded, NULL)) > 0 &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, encoded, encoded_length) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1 &&
        (params = OSSL_PARAM_BLD_to_param(build)) != NULL) {
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
        if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
            EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
            pkey = NULL;
        EVP_PKEY_CTX_free(context);
    }
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_clear_free(number);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return co_wrap(pkey);
}

int co_sign_ecdsa(co_key *key, const uint8_t *digest, size_t digest_length, uint8_t *raw, size_t half) {
    uint8_t der[160];
    size_t length = sizeof der;
    int done = 0;
    ERR_clear_error();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
    if (context != NULL && EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_sign(context, der, &length, digest, digest_length) == 1) {
        const unsigned char *p = der;
        ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &p, (long)length);
        done = signature != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, (int)half) > 0 &&
               BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + half, (int)half) > 0;
        ECDSA_SIG_free(signature);
    }
    EVP_PKEY_CTX_free(context);
    return done;
}

co_key *co_rsa_pair_new(const uint8_t *const numbers[8], const size_t lengths[8]) {
    static const char *const names[8] = {
        OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,
        OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
        OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
    };
    BIGNUM *values[8] = {NULL};
    OSSL_PARAM *params = NULL;
    EVP_PKEY *pkey = NULL;
    int good = 1;
    ERR_clear_error();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    for (int at = 0; at < 8 && good && build != NULL; at++) {
        if (lengths[at] == 0) continue;
        values[at] = at < 2 ? BN_new() : BN_secure_new();
        good = values[at] != NULL && BN_bin2bn(numbers[at], (int)lengths[at], values[at]) != NULL &&
               OSSL_PARAM_BLD_push_BN(build, names[at], values[at]) == 1;
    }
    if (good && build != NULL && (params = OSSL_PARAM_BLD_to_param(build)) != NULL) {
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
        if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 || EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
            pkey = NULL;
        EVP_PKEY_CTX_free(context);
    }
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    for (int at = 0; at < 8; at++) BN_clear_free(values[at]);
    return co_wrap(pkey);
}

co_key *co_raw_pair_new(const char *type, const uint8_t *raw, size_t length) {
    ERR_clear_error();
    return co_wrap(EVP_PKEY_new_raw_private_key_ex(NULL, type, NULL, raw, length));
}

co_key *co_pair_generate(const char *type, const char *group, int bits) {
    EVP_PKEY *pkey = NULL;
    pthread_once(&random_once, choose_random);
    ERR_clear_error();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (context == NULL || EVP_PKEY_keygen_init(context) != 1 ||
        (group != NULL && EVP_PKEY_CTX_set_group_name(context, group) != 1) ||
        (bits > 0 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) != 1) || EVP_PKEY_generate(context, &pkey) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(context);
    return co_wrap(pkey);
}

co_key *co_key_share(co_key *key) {
    EVP_PKEY_up_ref(key->pkey);
    return co_wrap(key->pkey);
}

size_t co_key_raw_private(co_key *key, uint8_t *out, size_t size) {
    size_t length = size;
    return EVP_PKEY_get_raw_private_key(key->pkey, out, &length) == 1 ? length : 0;
}

size_t co_sign_message(co_key *key, int bits, int pss, const uint8_t *data, size_t length, uint8_t *out, size_t size) {
    EVP_PKEY_CTX *options = NULL;
    size_t written = size;
    int done = 0;
    ERR_clear_error();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestSignInit(context, &options, bits == 0 ? NULL : co_digest_of(bits), NULL, key->pkey) == 1 &&
        (!pss || (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
                  EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1)))
        done = EVP_DigestSign(context, out, &written, data, length) == 1;
    EVP_MD_CTX_free(context);
    return done ? written : 0;
}

size_t co_hmac(int bits, const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t *out) {
    unsigned int written = 0;
    return HMAC(co_digest_of(bits), key, (int)key_length, data, length, out, &written) != NULL ? written : 0;
}

int co_random(uint8_t *out, size_t size) {
    pthread_once(&random_once, choose_random);
    return RAND_bytes(out, (int)size) == 1;
}

void co_wipe(void *memory, size_t size) { OPENSSL_cleanse(memory, size); }

void co_forbid_core(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // the limit does not hold where the kernel hands cores to a program
#endif
}

size_t co_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *text, size_t length, uint8_t *out) {
    int written = 0, rest = 0, done = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context != NULL && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
        EVP_EncryptUpdate(context, out, &written, text, (int)length) == 1 &&
        EVP_EncryptFinal_ex(context, out + written, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, out + written + rest) == 1)
        done = 1;
    EVP_CIPHER_CTX_free(context);
    return done ? (size_t)(written + rest) + 16 : 0;
}

size_t co_open(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *sealed, size_t length, uint8_t *out) {
    int written = 0, rest = 0, done = 0;
    if (length < 16) return 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context != NULL && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
        EVP_DecryptUpdate(context, out, &written, sealed, (int)length - 16) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, (void *)(sealed + length - 16)) == 1 &&
        EVP_DecryptFinal_ex(context, out + written, &rest) == 1)
        done = 1;
    EVP_CIPHER_CTX_free(context);
    return done ? (size_t)(written + rest) : 0;
}

static int copy_out(BIO *bio, char *out, size_t size) {
    char *data = NULL;
    long length = BIO_get_mem_data(bio, &data);
    if (length <= 0 || (size_t)length >= size) return 0;
    memcpy(out, data, (size_t)length);
    out[length] = 0;
    return 1;
}

int co_self_signed(const char *common_name, const char *names, int days, char *certificate, size_t certificate_size, char *key,
                   size_t key_size) {
    int done = 0;
    uint64_t serial = 0;
    ERR_clear_error();
    EVP_PKEY *pair = EVP_EC_gen("prime256v1");
    X509 *x509 = X509_new();
    BIO *first = BIO_new(BIO_s_mem()), *second = BIO_new(BIO_s_mem());
    X509V3_CTX context;
    X509_EXTENSION *extension = NULL;
    if (pair == NULL || x509 == NULL || first == NULL || second == NULL) goto end;
    if (RAND_bytes((unsigned char *)&serial, sizeof serial) != 1) goto end;
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 86400L * days);
    X509_NAME *name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_set_pubkey(x509, pair);
    X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
    if ((extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, names)) == NULL) goto end;
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
    if ((extension = X509V3_EXT_conf_nid(NULL, &context, NID_basic_constraints, "critical,CA:TRUE")) == NULL) goto end;
    X509_add_ext(x509, extension, -1);
    done = X509_sign(x509, pair, EVP_sha256()) > 0 && PEM_write_bio_X509(first, x509) == 1 &&
           PEM_write_bio_PrivateKey(second, pair, NULL, NULL, 0, NULL, NULL) == 1 &&
           copy_out(first, certificate, certificate_size) && copy_out(second, key, key_size);
end:
    X509_EXTENSION_free(extension);
    BIO_free(first);
    BIO_free(second);
    X509_free(x509);
    EVP_PKEY_free(pair);
    return done;
}

int co_last_error(char *out, size_t size) {
    unsigned long code = ERR_get_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    if (size > 0) {
        strncpy(out, reason != NULL ? reason : "", size - 1);
        out[size - 1] = 0;
    }
    return code != 0;
}
