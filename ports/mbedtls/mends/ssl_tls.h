/* SPDX-License-Identifier: MIT */
/* Included before ssl_tls.c of Mbed TLS. When there is no memory for the hash of the
 * handshake, 3.6.6 makes the master secret of TLS 1.2 of what lies on its stack, 16 bytes behind
 * that included. */
#define calc_verify(ssl, hash, size) \
  calc_verify(ssl, hash, size);      \
  if (ret != 0) return ret
