# SPDX-License-Identifier: MIT
# mote_add_lwip_port(NAME LWIP_TARGET target): the port over lwIP as the library NAME, compiled with
# the include folders (of lwIP, lwipopts.h and arch/cc.h) and the definitions of `target`.
function(mote_add_lwip_port name)
  cmake_parse_arguments(port "" "LWIP_TARGET" "" ${ARGN})
  set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(sources listener.cpp net.cpp resolver.cpp tcp.cpp tcp_close.cpp tcp_connect.cpp tcp_send.cpp)
  list(TRANSFORM sources PREPEND ${here}/)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${here}/..)
  target_link_libraries(${name} PUBLIC mote::io ${port_LWIP_TARGET} PRIVATE
    mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
  # Warnings of lwIP's headers, and of an arch/cc.h, are not ours to fix.
  target_include_directories(${name} SYSTEM PRIVATE
    $<TARGET_PROPERTY:${port_LWIP_TARGET},INTERFACE_INCLUDE_DIRECTORIES>)
endfunction()
