# SPDX-License-Identifier: MIT
# mote_add_lwip_port(NAME LWIP_TARGET target [SNTP file]): the port over lwIP as the library NAME,
# compiled with the include folders (of lwIP, lwipopts.h and arch/cc.h) and the definitions of
# `target`. SNTP: where lwIP's src/apps/sntp/sntp.c is, for lwip::Sntp, with Mote's settings;
# `target` itself must not have it, too.
function(mote_add_lwip_port name)
  cmake_parse_arguments(port "" "LWIP_TARGET;SNTP" "" ${ARGN})
  set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(sources listener.cpp net.cpp resolver.cpp tcp.cpp tcp_close.cpp tcp_connect.cpp tcp_send.cpp)
  if(port_SNTP)
    list(APPEND sources sntp.cpp)
    add_library(${name}_sntp OBJECT ${port_SNTP})
    target_link_libraries(${name}_sntp PRIVATE ${port_LWIP_TARGET})
    target_compile_options(${name}_sntp PRIVATE
      -ffunction-sections -fdata-sections -include ${here}/sntp_options.h)
  endif()
  list(TRANSFORM sources PREPEND ${here}/)
  if(port_SNTP)
    list(APPEND sources $<TARGET_OBJECTS:${name}_sntp>)
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${here}/..)
  target_link_libraries(${name} PUBLIC mote::io ${port_LWIP_TARGET} PRIVATE
    mote::flags $<TARGET_NAME_IF_EXISTS:mote_strict>)
  # Warnings of lwIP's headers, and of an arch/cc.h, are not ours to fix.
  target_include_directories(${name} SYSTEM PRIVATE
    $<TARGET_PROPERTY:${port_LWIP_TARGET},INTERFACE_INCLUDE_DIRECTORIES>)
endfunction()
