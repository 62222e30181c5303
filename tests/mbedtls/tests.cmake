# SPDX-License-Identifier: MIT
# The certificates are made anew in the build tree; without Debian's openssl TLS is not tried.
find_program(MOTE_OPENSSL openssl)
if(NOT MOTE_OPENSSL)
  message(STATUS "Without openssl there are no certificates, and TLS is not tried")
  return()
endif()
set(certificates ${CMAKE_CURRENT_BINARY_DIR}/certificates)
if(NOT EXISTS ${certificates}/made.cmake)
  execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/make_certificates.sh ${certificates}
    COMMAND_ERROR_IS_FATAL ANY)
  string(TIMESTAMP now "%s" UTC)
  file(WRITE ${certificates}/made.cmake "set(certificates_made ${now})\n")
endif()
include(${certificates}/made.cmake)
mote_room_test(mbedtls LIBRARIES mote::http mote::ws mote::sim)
mote_use_tls(mbedtls_test)
target_compile_definitions(mbedtls_test PRIVATE
  MOTE_CERTIFICATES="${certificates}" MOTE_CERTIFICATES_MADE=${certificates_made})
