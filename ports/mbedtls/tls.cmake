# SPDX-License-Identifier: MIT
# mote::mbedtls_tls: io::Transport over TLS, with an Mbed TLS of its own configuration
# (tls_config/). A program that links it calls mote_use_tls(), so that its hashes and random bytes
# come from the same Mbed TLS: two of them in one image would share names, not structures.
#   MOTE_TLS_ARENA_BYTES   memory for everything that Mbed TLS allocates
#   MOTE_TLS_IN_BYTES      longest record that is read; less than 16384 is not safe with strangers
#   MOTE_TLS_OUT_BYTES     longest record that is sent, and so the longest piece of one send()
if(CMAKE_CROSSCOMPILING)
  set(MOTE_TLS_ARENA_BYTES 40960 CACHE STRING "Bytes of memory for Mbed TLS")
  set(MOTE_TLS_OUT_BYTES 2048 CACHE STRING "Bytes of the longest TLS record that is sent")
else()
  set(MOTE_TLS_ARENA_BYTES 1048576 CACHE STRING "Bytes of memory for Mbed TLS")
  set(MOTE_TLS_OUT_BYTES 16384 CACHE STRING "Bytes of the longest TLS record that is sent")
endif()
set(MOTE_TLS_IN_BYTES 16384 CACHE STRING "Bytes of the longest TLS record that is received")

# All but the allocator, which tells Mote when it is empty.
file(GLOB sources ${MOTE_MBEDTLS_DIR}/library/*.c)
list(FILTER sources EXCLUDE REGEX "/memory_buffer_alloc[.]c$")
add_library(mote_mbedtls_whole STATIC ${sources})
add_library(mote_mbedtls_arena OBJECT ${MOTE_MBEDTLS_DIR}/library/memory_buffer_alloc.c)
target_compile_definitions(mote_mbedtls_arena PRIVATE
  mbedtls_platform_set_calloc_free=mote_mbedtls_watch_arena)
foreach(target mote_mbedtls_whole mote_mbedtls_arena)
  target_include_directories(${target} SYSTEM PUBLIC
    ${CMAKE_CURRENT_LIST_DIR}/tls_config ${MOTE_MBEDTLS_DIR}/include)
  target_include_directories(${target} PRIVATE ${MOTE_MBEDTLS_DIR}/library)
  target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections)
  target_compile_definitions(${target} PUBLIC
    MOTE_TLS_IN_BYTES=${MOTE_TLS_IN_BYTES} MOTE_TLS_OUT_BYTES=${MOTE_TLS_OUT_BYTES})
endforeach()

add_library(mote_mbedtls_tls STATIC arena.cpp digests.cpp generator.cpp tls.cpp tls_arena.cpp
  tls_events.cpp tls_listener.cpp tls_platform.cpp tls_settings.cpp
  $<TARGET_OBJECTS:mote_mbedtls_arena>)
add_library(mote::mbedtls_tls ALIAS mote_mbedtls_tls)
target_include_directories(mote_mbedtls_tls PUBLIC ${CMAKE_CURRENT_LIST_DIR}/..)
target_compile_definitions(mote_mbedtls_tls PUBLIC MOTE_MBEDTLS_ARENA_BYTES=${MOTE_TLS_ARENA_BYTES})
target_link_libraries(mote_mbedtls_tls PUBLIC mote::io mote_mbedtls_whole PRIVATE
  mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
set_target_properties(mote_mbedtls_whole mote_mbedtls_arena mote_mbedtls_tls PROPERTIES
  EXCLUDE_FROM_ALL TRUE)

# mote_use_tls(TARGET): links mote::mbedtls_tls, and nothing of the smaller Mbed TLS.
function(mote_use_tls target)
  set_target_properties(${target} PROPERTIES MOTE_TLS TRUE)
  target_link_libraries(${target} PRIVATE mote::mbedtls_tls)
endfunction()
