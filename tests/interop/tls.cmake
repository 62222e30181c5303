# SPDX-License-Identifier: MIT
# Programs that speak TLS with peers by others, the same for Linux and for the board.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# mote_tls_program(NAME SCRIPT… [SOURCE file] [ROOMS …] [ARENA bytes] [IN bytes]): NAME from NAME.cpp, that
# believes the development authority and can show its certificate; and a test for each SCRIPT_test.py.
function(mote_tls_program name)
  cmake_parse_arguments(program "" "SOURCE;ARENA;IN" "ROOMS" ${ARGN})
  list(TRANSFORM program_ROOMS PREPEND "mote::")
  foreach(room ${program_ROOMS})
    if(NOT TARGET ${room})
      return()
    endif()
  endforeach()
  set(source ${PROJECT_SOURCE_DIR}/tests/interop/${name}.cpp)
  if(program_SOURCE)
    set(source ${PROJECT_SOURCE_DIR}/tests/interop/${program_SOURCE})
  endif()
  if(CMAKE_CROSSCOMPILING)
    mote_board_image(${name} SOURCES ${source} LIBRARIES ${program_ROOMS} mote::port STACK 12288
      RAM 262144)
  else()
    add_executable(${name} ${source})
    target_link_libraries(${name} PRIVATE ${program_ROOMS} mote::port mote_flags)
  endif()
  set(arena)
  if(program_ARENA AND CMAKE_CROSSCOMPILING)
    set(arena ARENA ${program_ARENA})
  endif()
  if(program_IN)
    list(APPEND arena IN ${program_IN})
  endif()
  mote_use_tls(${name} ROOTS ${certificates}/root.pem ${arena})
  mote_embed_certificates(${name} ${certificates}/server.chain.pem KEY ${certificates}/server.key
    NAMESPACE identity)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${certificates})
  foreach(script ${program_UNPARSED_ARGUMENTS})
    add_test(NAME interop_${script} COMMAND Python3::Interpreter
      ${PROJECT_SOURCE_DIR}/tests/interop/${script}_test.py ${certificates} $<TARGET_FILE:${name}>)
    set_tests_properties(interop_${script} PROPERTIES TIMEOUT 300)
    if(CMAKE_CROSSCOMPILING)
      set_tests_properties(interop_${script} PROPERTIES
        ENVIRONMENT MOTE_MACHINE=${machine_of_${MOTE_CPU}})
    endif()
  endforeach()
endfunction()

# Those that serve have an arena for every place: who leaves is not quite gone when the next one comes.
if("server" IN_LIST MOTE_TLS_ROLES)
  mote_tls_program(tls_echo tls_records tls_odd ARENA 147456)
  mote_tls_program(tls_served tls_served tls_tickets ROOMS http ws sse polling webhook ARENA 147456)
endif()
mote_tls_program(http_steered_tls tls_http SOURCE http_steered.cpp ROOMS http ARENA 65536)
mote_tls_program(http_steered_short tls_short_records SOURCE http_steered.cpp ROOMS http IN 4096)
mote_tls_program(ws_steered_tls tls_ws SOURCE ws_steered.cpp ROOMS ws ARENA 65536)
mote_tls_program(tls_refusals tls_refusals ROOMS encoding)
