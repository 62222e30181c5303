# SPDX-License-Identifier: MIT
# Resumed connections, counted by servers by others, on Linux or on the board.
if(CMAKE_CROSSCOMPILING)
  mote_board_image(tls_again SOURCES ${CMAKE_CURRENT_LIST_DIR}/tls_again.cpp
    LIBRARIES mote::http mote::ws mote::port STACK 12288)
  set(place board)
else()
  add_executable(tls_again ${CMAKE_CURRENT_LIST_DIR}/tls_again.cpp)
  target_link_libraries(tls_again PRIVATE mote::http mote::ws mote::port mote_flags)
  set(place linux)
endif()
mote_use_tls(tls_again ROOTS ${certificates}/root.pem)
add_test(NAME interop_tls_again COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/tls_again_test.py ${place} ${certificates} $<TARGET_FILE:tls_again>)
set_tests_properties(interop_tls_again PROPERTIES TIMEOUT 300)
if(CMAKE_CROSSCOMPILING)
  set_tests_properties(interop_tls_again PROPERTIES
    ENVIRONMENT MOTE_MACHINE=${machine_of_${MOTE_CPU}})
endif()
