# SPDX-License-Identifier: MIT
# mote_add_mbedtls_crypto(NAME MBEDTLS_TARGET target [ARENA]): Mote's hashes and random bytes over Mbed
# TLS as the library NAME, compiled with the include folders and the definitions of `target`. Whatever
# links mote::crypto links NAME behind it. ARENA: Mote gives Mbed TLS its memory (arena.hpp), where
# that of `target` has MBEDTLS_MEMORY_BUFFER_ALLOC_C and nobody else does.
# UNLESS_TLS: programs with the property MOTE_TLS link the library that it names instead, which has all
# of this.
function(mote_add_mbedtls_crypto name)
  cmake_parse_arguments(crypto "ARENA;UNLESS_TLS" "MBEDTLS_TARGET" "" ${ARGN})
  set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  add_library(${name} STATIC ${here}/arena.cpp ${here}/digests.cpp ${here}/generator.cpp)
  target_include_directories(${name} PUBLIC ${here}/..)
  target_link_libraries(${name} PUBLIC mote::base PRIVATE
    ${crypto_MBEDTLS_TARGET} mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
  if(NOT crypto_ARENA)
    target_compile_definitions(${name} PRIVATE MOTE_MBEDTLS_ARENA_ELSEWHERE)
  endif()
  # So that it stands behind every room that needs it on the linker's command line, wherever an
  # application names it.
  get_target_property(room mote::crypto ALIASED_TARGET)
  if(NOT room)
    set(room mote::crypto)
  endif()
  set(linked ${name})
  if(crypto_UNLESS_TLS)
    set(tls $<TARGET_PROPERTY:MOTE_TLS>)
    set(linked $<IF:$<BOOL:${tls}>,${tls},${name}>)
  endif()
  set_property(TARGET ${room} APPEND PROPERTY
    INTERFACE_LINK_LIBRARIES $<LINK_ONLY:$<BUILD_INTERFACE:${linked}>>)
endfunction()
