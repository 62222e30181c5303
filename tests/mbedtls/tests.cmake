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

if(TARGET mote::posix)
  add_executable(tls_peer ${CMAKE_CURRENT_LIST_DIR}/../interop/tls_peer.cpp)
  target_link_libraries(tls_peer PRIVATE mote::http mote::ws mote::port mote_flags)
  mote_use_tls(tls_peer)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  add_test(NAME interop_tls COMMAND Python3::Interpreter
    ${CMAKE_CURRENT_LIST_DIR}/../interop/tls_test.py $<TARGET_FILE:tls_peer> ${certificates})
  set_tests_properties(interop_tls PROPERTIES TIMEOUT 120)
endif()
