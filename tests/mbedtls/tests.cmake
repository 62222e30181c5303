# SPDX-License-Identifier: MIT
# TLS on the simulated network, and with peers by others.
include(${CMAKE_CURRENT_LIST_DIR}/certificates.cmake)
if(NOT certificates)
  return()
endif()
mote_room_test(mbedtls LIBRARIES mote::http mote::ws mote::sim)
mote_use_tls(mbedtls_test)
target_compile_definitions(mbedtls_test PRIVATE
  MOTE_CERTIFICATES="${certificates}" MOTE_CERTIFICATES_MADE=${certificates_made})

# Every byte, every allocation, thousands of connections: all of it is ./dev soak; here a part of
# each.
file(GLOB soaks CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/soak/*.cpp)
add_executable(tls_soak ${soaks})
target_include_directories(tls_soak PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
target_compile_features(tls_soak PRIVATE cxx_std_17)
target_compile_options(tls_soak PRIVATE -fno-rtti -Wall -Wextra -Wshadow -Werror)
target_compile_definitions(tls_soak PRIVATE
  MOTE_CERTIFICATES="${certificates}" MOTE_CERTIFICATES_MADE=${certificates_made})
target_link_libraries(tls_soak PRIVATE mote::http mote::ws mote::sim GTest::gtest)
mote_use_tls(tls_soak)
add_test(NAME tls_soak COMMAND tls_soak 7/331)
set_tests_properties(tls_soak PROPERTIES TIMEOUT 300)

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME embed_certificates COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/embed_certificates_test.py ${certificates})
set_tests_properties(embed_certificates PROPERTIES TIMEOUT 120)

if(TARGET mote::posix)
  add_executable(tls_peer ${CMAKE_CURRENT_LIST_DIR}/../interop/tls_peer.cpp)
  target_link_libraries(tls_peer PRIVATE mote::http mote::ws mote::port mote_flags)
  mote_use_tls(tls_peer)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  add_test(NAME interop_tls COMMAND Python3::Interpreter
    ${CMAKE_CURRENT_LIST_DIR}/../interop/tls_test.py $<TARGET_FILE:tls_peer> ${certificates})
  add_test(NAME interop_tls_keys COMMAND Python3::Interpreter
    ${CMAKE_CURRENT_LIST_DIR}/../interop/tls_keys_test.py ${certificates} $<TARGET_FILE:tls_peer>)
  set_tests_properties(interop_tls interop_tls_keys PROPERTIES TIMEOUT 240)

  include(${CMAKE_CURRENT_LIST_DIR}/../interop/tls.cmake)
  include(${CMAKE_CURRENT_LIST_DIR}/../interop/tls_again.cmake)
endif()
