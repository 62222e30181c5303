# SPDX-License-Identifier: MIT
# The certificates are made anew in the build tree; without Debian's openssl TLS is not tried.
find_program(MOTE_OPENSSL openssl)
if(NOT MOTE_OPENSSL)
  message(STATUS "Without openssl there are no certificates, and TLS is not tried")
  return()
endif()
set(certificates ${PROJECT_BINARY_DIR}/certificates)
set(script ${CMAKE_CURRENT_LIST_DIR}/make_certificates.sh)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
string(TIMESTAMP now "%s" UTC)
set(certificates_made 0)
include(${certificates}/made.cmake OPTIONAL)
math(EXPR days "(${now} - ${certificates_made}) / 86400")
# They hold for a year.
if(days GREATER 300 OR ${script} IS_NEWER_THAN ${certificates}/made.cmake)
  file(REMOVE_RECURSE ${certificates})
  execute_process(COMMAND ${script} ${certificates}
    COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE ${certificates}/made.cmake "set(certificates_made ${now})\n")
endif()
include(${certificates}/made.cmake)

# As an array's elements, for a program without files.
file(READ ${certificates}/root.der root HEX)
string(REGEX REPLACE "(..)" "0x\\1," root "${root}")
file(WRITE ${certificates}/root.inc "${root}\n")

# What servers show in the tables of shown.txt, and whom a client asks for there.
set(shown_by ${CMAKE_CURRENT_LIST_DIR}/make_shown_certificates.sh)
set(shown_rows ${CMAKE_CURRENT_LIST_DIR}/shown.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${shown_by} ${shown_rows})
if(NOT EXISTS ${certificates}/shown.made OR ${shown_by} IS_NEWER_THAN ${certificates}/shown.made)
  execute_process(COMMAND ${shown_by} ${certificates} COMMAND_ERROR_IS_FATAL ANY)
  file(TOUCH ${certificates}/shown.made)
endif()
file(STRINGS ${shown_rows} rows ENCODING UTF-8 REGEX "^[^#]")
set(hosts)
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^[^|]*[|] *([^ |]*) .*" "\"\\1\",\n" host "${row}")
  string(APPEND hosts "${host}")
endforeach()
file(CONFIGURE OUTPUT ${certificates}/shown_hosts.inc CONTENT "${hosts}" @ONLY)
