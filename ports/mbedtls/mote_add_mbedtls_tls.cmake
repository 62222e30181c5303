# SPDX-License-Identifier: MIT
# mote_add_mbedtls_tls(NAME MBEDTLS_TARGET target): mbedtls::Tls and mbedtls::TlsListener over a firmware's
# own Mbed TLS 3.6 as the library NAME, compiled with the include folders and the definitions of
# `target`; what they must say is asked for by #error (tls_features.hpp). Its memory is the firmware's
# business: it calls use_arena() (tls_arena.hpp), or has Mbed TLS allocate elsewhere.
function(mote_add_mbedtls_tls name)
  cmake_parse_arguments(tls "" "MBEDTLS_TARGET" "" ${ARGN})
  set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  mote_tls_sources(sources)
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${sources})
  target_include_directories(${name} PUBLIC ${here}/..)
  target_link_libraries(${name} PUBLIC mote::io mote::crypto ${tls_MBEDTLS_TARGET} PRIVATE
    mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
  # Warnings of Mbed TLS's headers are not ours to fix.
  target_include_directories(${name} SYSTEM PRIVATE
    $<TARGET_PROPERTY:${tls_MBEDTLS_TARGET},INTERFACE_INCLUDE_DIRECTORIES>)
endfunction()

# mote_tls_sources(VARIABLE): what TLS is compiled of, whichever Mbed TLS it is over.
function(mote_tls_sources variable)
  set(sources tls.cpp tls_arena.cpp tls_events.cpp tls_handshake.cpp tls_listener.cpp
    tls_platform.cpp tls_pool.cpp tls_refusal.cpp tls_sessions.cpp tls_settings.cpp tls_tickets.cpp)
  list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/)
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()
