# SPDX-License-Identifier: MIT
# What of TLS is built, for all programs of a build tree. What is left out is not offered to peers
# either. docs/tls.md says what each choice takes.
#   MOTE_TLS_VERSIONS      1.3 and 1.2
#   MOTE_TLS_ROLES         client, server
#   MOTE_TLS_CURVES        of keys and certificates; for the exchange of keys the first is preferred
#   MOTE_TLS_CIPHERS       the first is preferred, in each version
#   MOTE_TLS_RSA           certificates with RSA keys, of peers and of one's own
#   MOTE_TLS_RESUMPTION    sessions that are resumed; without, keep() and issue() are without effect
#   MOTE_TLS_SPEED         fast, or small: slower, with less flash and less arena
#   MOTE_TLS_HANDSHAKES    how many may be under way at a time; each 40 bytes, beside the arena
#   MOTE_TLS_ARENA_BYTES   memory for everything that Mbed TLS allocates
#   MOTE_TLS_IN_BYTES      longest record that is read; less than 16384 is not safe with strangers
#   MOTE_TLS_OUT_BYTES     longest record that is sent, and so the longest piece of one send()
set(MOTE_TLS_VERSIONS "1.3;1.2" CACHE STRING "Versions of TLS: 1.3;1.2")
set(MOTE_TLS_ROLES "client;server" CACHE STRING "Roles in TLS: client;server")
set(MOTE_TLS_CIPHERS "AES-128-GCM;ChaCha20-Poly1305;AES-256-GCM" CACHE STRING
  "Ciphers of TLS: AES-128-GCM;ChaCha20-Poly1305;AES-256-GCM")
option(MOTE_TLS_RSA "TLS with certificates of RSA keys" ON)
option(MOTE_TLS_RESUMPTION "TLS that resumes sessions" ON)
set(MOTE_TLS_SPEED fast CACHE STRING "Cryptography of TLS: fast or small")
set_property(CACHE MOTE_TLS_SPEED PROPERTY STRINGS fast small)
# Where certificates are of P-256, so that it is there, exchanging keys with it is the quicker way.
if(CMAKE_CROSSCOMPILING)
  set(MOTE_TLS_CURVES "P-256;X25519;P-384" CACHE STRING "Curves of TLS: P-256;X25519;P-384")
  set(MOTE_TLS_HANDSHAKES 16 CACHE STRING "Handshakes of TLS at a time")
  set(MOTE_TLS_ARENA_BYTES 40960 CACHE STRING "Bytes of memory for Mbed TLS")
  set(MOTE_TLS_OUT_BYTES 2048 CACHE STRING "Bytes of the longest TLS record that is sent")
else()
  set(MOTE_TLS_CURVES "X25519;P-256;P-384" CACHE STRING "Curves of TLS: X25519;P-256;P-384")
  set(MOTE_TLS_HANDSHAKES 1024 CACHE STRING "Handshakes of TLS at a time")
  set(MOTE_TLS_ARENA_BYTES 1048576 CACHE STRING "Bytes of memory for Mbed TLS")
  set(MOTE_TLS_OUT_BYTES 16384 CACHE STRING "Bytes of the longest TLS record that is sent")
endif()
set(MOTE_TLS_IN_BYTES 16384 CACHE STRING "Bytes of the longest TLS record that is received")

# mote_tls_choose(VARIABLE "NAME MACRO"...): MACRO=1 for each NAME in the list VARIABLE, else MACRO=0.
function(mote_tls_choose variable)
  set(names "")
  foreach(choice ${ARGN})
    string(REPLACE " " ";" choice ${choice})
    list(GET choice 0 name)
    list(GET choice 1 macro)
    list(APPEND names ${name})
    if(name IN_LIST ${variable})
      list(APPEND mote_tls_choices ${macro}=1)
    else()
      list(APPEND mote_tls_choices ${macro}=0)
    endif()
  endforeach()
  foreach(name ${${variable}})
    if(NOT name IN_LIST names)
      message(FATAL_ERROR "${variable} has '${name}': of ${names} one or more")
    endif()
  endforeach()
  if(NOT ${variable})
    message(FATAL_ERROR "${variable} is empty: of ${names} one or more")
  endif()
  set(mote_tls_choices ${mote_tls_choices} PARENT_SCOPE)
endfunction()

set(mote_tls_choices
  MOTE_TLS_IN_BYTES=${MOTE_TLS_IN_BYTES} MOTE_TLS_OUT_BYTES=${MOTE_TLS_OUT_BYTES}
  MBEDTLS_PSA_KEY_SLOT_COUNT=${MOTE_TLS_HANDSHAKES} MOTE_TLS_RSA=$<BOOL:${MOTE_TLS_RSA}>
  MOTE_TLS_RESUMPTION=$<BOOL:${MOTE_TLS_RESUMPTION}>)
mote_tls_choose(MOTE_TLS_VERSIONS "1.3 MOTE_TLS_1_3" "1.2 MOTE_TLS_1_2")
mote_tls_choose(MOTE_TLS_ROLES "client MOTE_TLS_CLIENT" "server MOTE_TLS_SERVER")
mote_tls_choose(MOTE_TLS_CURVES
  "X25519 MOTE_TLS_X25519" "P-256 MOTE_TLS_P256" "P-384 MOTE_TLS_P384")
mote_tls_choose(MOTE_TLS_CIPHERS "AES-128-GCM MOTE_TLS_AES_128" "AES-256-GCM MOTE_TLS_AES_256"
  "ChaCha20-Poly1305 MOTE_TLS_CHACHA20")
mote_tls_choose(MOTE_TLS_SPEED "fast MOTE_TLS_FAST" "small MOTE_TLS_SMALL")

# In the order of preference: numbers that tls_settings.cpp gives to Mbed TLS.
set(mote_tls_group_X25519 X25519)
set(mote_tls_group_P-256 SECP256R1)
set(mote_tls_group_P-384 SECP384R1)
set(mote_tls_suite_AES-128-GCM AES_128_GCM_SHA256)
set(mote_tls_suite_AES-256-GCM AES_256_GCM_SHA384)
set(mote_tls_suite_ChaCha20-Poly1305 CHACHA20_POLY1305_SHA256)
set(groups "")
foreach(curve ${MOTE_TLS_CURVES})
  list(APPEND groups MBEDTLS_SSL_IANA_TLS_GROUP_${mote_tls_group_${curve}})
endforeach()
set(suites "")
foreach(version TLS1_3 TLS_ECDHE_ECDSA_WITH TLS_ECDHE_RSA_WITH)
  foreach(cipher ${MOTE_TLS_CIPHERS})
    list(APPEND suites MBEDTLS_${version}_${mote_tls_suite_${cipher}})
  endforeach()
endforeach()
list(JOIN groups "," groups)
list(JOIN suites "," suites)
list(APPEND mote_tls_choices MOTE_TLS_GROUPS=${groups} MOTE_TLS_SUITES=${suites})
