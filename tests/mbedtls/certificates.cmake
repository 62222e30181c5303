# SPDX-License-Identifier: MIT
# The certificates are made anew in the build tree; without Debian's openssl TLS is not tried.
find_program(MOTE_OPENSSL openssl)
if(NOT MOTE_OPENSSL)
  message(STATUS "Without openssl there are no certificates, and TLS is not tried")
  return()
endif()
set(certificates ${PROJECT_BINARY_DIR}/certificates)
if(NOT EXISTS ${certificates}/made.cmake)
  execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/make_certificates.sh ${certificates}
    COMMAND_ERROR_IS_FATAL ANY)
  string(TIMESTAMP now "%s" UTC)
  file(WRITE ${certificates}/made.cmake "set(certificates_made ${now})\n")
endif()
include(${certificates}/made.cmake)

# As an array's elements, for a program without files.
file(READ ${certificates}/root.der root HEX)
string(REGEX REPLACE "(..)" "0x\\1," root "${root}")
file(WRITE ${certificates}/root.inc "${root}\n")
