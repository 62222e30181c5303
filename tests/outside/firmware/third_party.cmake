# SPDX-License-Identifier: MIT
# What this firmware had before it met Mote: lwIP and Mbed TLS, with its own settings.
if(DEFINED ENV{XDG_CACHE_HOME})
  set(sources_default $ENV{XDG_CACHE_HOME}/mote/sources)
else()
  set(sources_default $ENV{HOME}/.cache/mote/sources)
endif()
set(LWIP_DIR ${sources_default}/lwip CACHE PATH "Source tree of lwIP 2.2")
set(MBEDTLS_DIR ${sources_default}/mbedtls CACHE PATH "Source tree of Mbed TLS 3.6")

file(GLOB lwip_sources ${LWIP_DIR}/src/core/*.c ${LWIP_DIR}/src/core/ipv4/*.c)
add_library(firmware_lwip STATIC ${lwip_sources} ${LWIP_DIR}/src/netif/ethernet.c)
target_include_directories(firmware_lwip PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/config)
target_include_directories(firmware_lwip SYSTEM PUBLIC ${LWIP_DIR}/src/include)

# It encrypts its settings, hence AES and GCM; of the rest it needs nothing.
set(names aes block_cipher cipher cipher_wrap constant_time gcm hmac_drbg md memory_buffer_alloc
  platform platform_util sha1 sha256)
if(GREENHOUSE_TLS)
  # What is not used is not linked.
  file(GLOB mbedtls_files ${MBEDTLS_DIR}/library/*.c)
  list(TRANSFORM mbedtls_files REPLACE "^.*/([^/]+)[.]c$" "\\1" OUTPUT_VARIABLE names)
endif()
list(TRANSFORM names REPLACE "(.+)" "${MBEDTLS_DIR}/library/\\1.c" OUTPUT_VARIABLE mbedtls_sources)
add_library(firmware_mbedtls STATIC ${mbedtls_sources})
target_include_directories(firmware_mbedtls PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/config)
target_include_directories(firmware_mbedtls SYSTEM PUBLIC ${MBEDTLS_DIR}/include)
target_include_directories(firmware_mbedtls PRIVATE ${MBEDTLS_DIR}/library)
target_compile_definitions(firmware_mbedtls PUBLIC MBEDTLS_CONFIG_FILE="firmware_mbedtls.h")
if(GREENHOUSE_TLS)
  target_compile_definitions(firmware_mbedtls PUBLIC GREENHOUSE_TLS)
  target_compile_options(firmware_mbedtls PRIVATE -ffunction-sections -fdata-sections)
endif()
