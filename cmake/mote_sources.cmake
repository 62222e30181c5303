# SPDX-License-Identifier: MIT
# mote_sources: where lwIP 2.2 and Mbed TLS 3.6 come from. In this order:
#   MOTE_LWIP_TARGET, MOTE_MBEDTLS_TARGET   a target that the firmware has already, with its settings
#   MOTE_LWIP_DIR, MOTE_MBEDTLS_DIR         a source tree
#   ${XDG_CACHE_HOME:-~/.cache}/mote/sources/{lwip,mbedtls}   what cmake/fetch_sources.sh brought
# Nothing found is no error until somebody needs it: mote_need_lwip(), mote_need_mbedtls().

set(MOTE_LWIP_TARGET "" CACHE STRING "CMake target of the firmware's own lwIP")
set(MOTE_MBEDTLS_TARGET "" CACHE STRING "CMake target of the firmware's own Mbed TLS")

if(DEFINED ENV{XDG_CACHE_HOME})
  set(mote_sources_cache $ENV{XDG_CACHE_HOME}/mote/sources)
else()
  set(mote_sources_cache $ENV{HOME}/.cache/mote/sources)
endif()

# A tree that appears after the first configuration is found by the next one.
macro(mote_find_source_tree variable folder file what)
  set(${variable} "" CACHE PATH "Source tree of ${what}")
  if(NOT ${variable} AND EXISTS ${mote_sources_cache}/${folder}/${file})
    set(${variable} ${mote_sources_cache}/${folder})
  endif()
endmacro()

mote_find_source_tree(MOTE_LWIP_DIR lwip src/core/tcp.c "lwIP 2.2")
mote_find_source_tree(MOTE_MBEDTLS_DIR mbedtls library/ssl_tls.c "Mbed TLS 3.6")

# Ends the configuration, in one sentence, when lwIP is nowhere.
function(mote_need_lwip)
  if(NOT MOTE_LWIP_TARGET AND NOT EXISTS ${MOTE_LWIP_DIR}/src/core/tcp.c)
    message(FATAL_ERROR "lwIP 2.2 was not found: run cmake/fetch_sources.sh, or give "
      "-DMOTE_LWIP_DIR=<source tree> or -DMOTE_LWIP_TARGET=<CMake target>.")
  endif()
endfunction()

# Ends the configuration, in one sentence, when Mbed TLS is nowhere.
function(mote_need_mbedtls)
  if(NOT MOTE_MBEDTLS_TARGET AND NOT EXISTS ${MOTE_MBEDTLS_DIR}/library/ssl_tls.c)
    message(FATAL_ERROR "Mbed TLS 3.6 was not found: run cmake/fetch_sources.sh, or give "
      "-DMOTE_MBEDTLS_DIR=<source tree> or -DMOTE_MBEDTLS_TARGET=<CMake target>.")
  endif()
endfunction()

# mote_lwip_library(NAME CONFIG folder...): lwIP's core, IPv4, IPv6 and Ethernet as the static library
# NAME, with the lwipopts.h and arch/cc.h in these folders; or NAME as another name of
# MOTE_LWIP_TARGET, which has its own. What a program does not use is left out when it is linked.
function(mote_lwip_library name)
  cmake_parse_arguments(lwip "" "" "CONFIG" ${ARGN})
  mote_need_lwip()
  if(MOTE_LWIP_TARGET)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${MOTE_LWIP_TARGET})
    return()
  endif()
  file(GLOB sources ${MOTE_LWIP_DIR}/src/core/*.c ${MOTE_LWIP_DIR}/src/core/ipv4/*.c
    ${MOTE_LWIP_DIR}/src/core/ipv6/*.c)
  add_library(${name} STATIC ${sources} ${MOTE_LWIP_DIR}/src/netif/ethernet.c)
  target_include_directories(${name} SYSTEM PUBLIC ${MOTE_LWIP_DIR}/src/include)
  target_include_directories(${name} PUBLIC ${lwip_CONFIG})
  target_compile_options(${name} PRIVATE -ffunction-sections -fdata-sections)
endfunction()

# mote_mbedtls_library(NAME CONFIG folder...): Mbed TLS whole (crypto, X.509, TLS) as the static
# library NAME, with the mbedtls/mbedtls_config.h in the first of these folders; or NAME as another
# name of MOTE_MBEDTLS_TARGET.
function(mote_mbedtls_library name)
  cmake_parse_arguments(mbedtls "" "" "CONFIG" ${ARGN})
  mote_need_mbedtls()
  if(MOTE_MBEDTLS_TARGET)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${MOTE_MBEDTLS_TARGET})
    return()
  endif()
  file(GLOB sources ${MOTE_MBEDTLS_DIR}/library/*.c)
  add_library(${name} STATIC ${sources})
  # Before its own folder: build_info.h takes the first mbedtls/mbedtls_config.h on the path.
  target_include_directories(${name} SYSTEM PUBLIC ${mbedtls_CONFIG} ${MOTE_MBEDTLS_DIR}/include)
  target_include_directories(${name} PRIVATE ${MOTE_MBEDTLS_DIR}/library)
  target_compile_options(${name} PRIVATE -ffunction-sections -fdata-sections)
endfunction()
