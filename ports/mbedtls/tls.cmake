# SPDX-License-Identifier: MIT
# mote::mbedtls_tls: io::Transport over TLS, with an Mbed TLS of its own configuration
# (tls_config/). A program that links it calls mote_use_tls(), so that its hashes and random bytes
# come from the same Mbed TLS: two of them in one image would share names, not structures.
include(${CMAKE_CURRENT_LIST_DIR}/tls_choices.cmake)

file(GLOB sources ${MOTE_MBEDTLS_DIR}/library/*.c)
# Long numbers are nearly all of a handshake's work: fast by a fifth for 3 KB.
if(MOTE_TLS_SPEED STREQUAL fast)
  set(numbers bignum_core.c bignum.c ecp_curves.c)
  list(TRANSFORM numbers PREPEND ${MOTE_MBEDTLS_DIR}/library/)
  set_source_files_properties(${numbers} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:MinSizeRel>:-O2>)
endif()
add_library(mote_mbedtls_whole STATIC ${sources})
# Faults of 3.6.6, each mended by a header before the source of its name.
file(GLOB mends RELATIVE ${CMAKE_CURRENT_LIST_DIR}/mends ${CMAKE_CURRENT_LIST_DIR}/mends/*.h)
foreach(mend IN LISTS mends)
  string(REGEX REPLACE "h$" "c" source ${mend})
  set_source_files_properties(${MOTE_MBEDTLS_DIR}/library/${source} PROPERTIES
    COMPILE_OPTIONS "-include;${CMAKE_CURRENT_LIST_DIR}/mends/${mend}")
endforeach()
# Without decryption of blocks its assembler names a label of another function, which must be in the
# same file: it is not jumped to, but must be found.
set_source_files_properties(${MOTE_MBEDTLS_DIR}/library/aesni.c PROPERTIES
  COMPILE_OPTIONS "-fno-lto")
target_include_directories(mote_mbedtls_whole SYSTEM PUBLIC
  ${CMAKE_CURRENT_LIST_DIR}/tls_config ${MOTE_MBEDTLS_DIR}/include)
target_include_directories(mote_mbedtls_whole PRIVATE ${MOTE_MBEDTLS_DIR}/library)
target_compile_options(mote_mbedtls_whole PRIVATE -ffunction-sections -fdata-sections)
target_compile_definitions(mote_mbedtls_whole PUBLIC ${mote_tls_choices})

mote_tls_sources(sources)
add_library(mote_mbedtls_tls STATIC digests.cpp generator.cpp ${sources})
add_library(mote::mbedtls_tls ALIAS mote_mbedtls_tls)
target_include_directories(mote_mbedtls_tls PUBLIC ${CMAKE_CURRENT_LIST_DIR}/..
  ${CMAKE_CURRENT_LIST_DIR}/include)
# Each program has an arena of its own size, and so compiles arena.cpp itself.
target_compile_definitions(mote_mbedtls_tls PUBLIC
  MOTE_MBEDTLS_ARENA_BYTES=$<TARGET_PROPERTY:MOTE_TLS_ARENA_BYTES>)
set_target_properties(mote_mbedtls_tls PROPERTIES MOTE_TLS_ARENA_BYTES ${MOTE_TLS_ARENA_BYTES})
target_link_libraries(mote_mbedtls_tls PUBLIC mote::io mote_mbedtls_whole PRIVATE
  mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
set_target_properties(mote_mbedtls_whole mote_mbedtls_tls PROPERTIES
  EXCLUDE_FROM_ALL TRUE)

# What a program that embeds no roots believes by itself: what the system keeps, or nobody.
if(NOT CMAKE_CROSSCOMPILING)
  add_library(mote_system_roots STATIC ${CMAKE_CURRENT_LIST_DIR}/../posix/system_roots.cpp)
  target_link_libraries(mote_system_roots PUBLIC mote::base PRIVATE mote::encoding
    mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
  set_target_properties(mote_system_roots PROPERTIES EXCLUDE_FROM_ALL TRUE)
else()
  add_library(mote_system_roots STATIC ${CMAKE_CURRENT_LIST_DIR}/no_roots.cpp)
  target_link_libraries(mote_system_roots PUBLIC mote::base PRIVATE
    mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
  set_target_properties(mote_system_roots PROPERTIES EXCLUDE_FROM_ALL TRUE)
endif()

include(${CMAKE_CURRENT_LIST_DIR}/tls_records.cmake)

# mote_use_tls(TARGET [ROOTS file [ONLY name...]] [ARENA bytes] [IN bytes] [OUT bytes]): TARGET speaks
# TLS: it links mote::mbedtls_tls, and nothing of the smaller Mbed TLS; its port::Stream is TLS, and
# <port/tls.hpp> is there.
#   ARENA   memory for everything that Mbed TLS allocates; else MOTE_TLS_ARENA_BYTES
#   IN      longest record that is read; else MOTE_TLS_IN_BYTES. Other sizes than those of the build
#   OUT     tree compile another Mbed TLS; OUT: longest record that is sent, else MOTE_TLS_OUT_BYTES
#   ROOTS   whom port::Stream believes: certificates in PEM, embedded by mote_embed_certificates(),
#           with ONLY some of them. Else what MOTE_TLS_ROOTS names; else what the operating system
#           keeps; on a board nobody, and connecting says `no_roots`.
set(MOTE_TLS_ROOTS "" CACHE FILEPATH "Roots of trust of programs with TLS that name none, in PEM")
function(mote_use_tls target)
  cmake_parse_arguments(use "" "ROOTS;ARENA;IN;OUT" "ONLY" ${ARGN})
  if(use_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mote_use_tls: nobody knows ${use_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT use_ARENA)
    set(use_ARENA ${MOTE_TLS_ARENA_BYTES})
  endif()
  if(NOT use_IN)
    set(use_IN ${MOTE_TLS_IN_BYTES})
  endif()
  if(NOT use_OUT)
    set(use_OUT ${MOTE_TLS_OUT_BYTES})
  endif()
  mote_tls_with_records(library ${use_IN} ${use_OUT})
  set_target_properties(${target} PROPERTIES
    MOTE_TLS ${library} MOTE_TLS_ARENA_BYTES ${use_ARENA})
  target_sources(${target} PRIVATE ${mote_mbedtls_folder}/arena.cpp)
  target_compile_definitions(${target} PRIVATE MOTE_TLS)
  if(NOT use_ROOTS AND MOTE_TLS_ROOTS)
    set(use_ROOTS ${MOTE_TLS_ROOTS})
  endif()
  if(use_ROOTS)
    mote_embed_certificates(${target} ${use_ROOTS} NAMESPACE program_roots ONLY ${use_ONLY})
    target_sources(${target} PRIVATE ${mote_mbedtls_folder}/embedded_roots.cpp)
  else()
    list(APPEND library mote_system_roots)
  endif()
  # As a property: target_link_libraries() with PRIVATE does not go with a call without, or vice versa.
  set_property(TARGET ${target} APPEND PROPERTY LINK_LIBRARIES ${library})
endfunction()
set(mote_mbedtls_folder ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "Where the port over Mbed TLS is")
