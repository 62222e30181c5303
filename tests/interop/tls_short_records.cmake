# SPDX-License-Identifier: MIT
# How long a record may be is chosen for a whole build tree: these tests build one beside this one.
if(MOTE_TLS_IN_BYTES LESS 16384)
  return()
endif()
set(short ${PROJECT_BINARY_DIR}/short_records)
set(program ${short}/tests/http_steered_tls)
if(CMAKE_CROSSCOMPILING)
  set(program ${short}/tests/interop/http_steered_tls.elf)
endif()
set(options "")
foreach(name CMAKE_BUILD_TYPE CMAKE_C_COMPILER_LAUNCHER CMAKE_CXX_COMPILER_LAUNCHER
        CMAKE_C_FLAGS CMAKE_CXX_FLAGS CMAKE_TOOLCHAIN_FILE MOTE_PORT MOTE_CPU MOTE_LWIP_DIR
        MOTE_MBEDTLS_DIR)
  # The toolchain file adds its flags itself.
  if(NOT "${${name}}" STREQUAL "" AND NOT (CMAKE_CROSSCOMPILING AND name MATCHES "_FLAGS$"))
    list(APPEND options "-D${name}=${${name}}")
  endif()
endforeach()
add_test(NAME configure_short_records COMMAND ${CMAKE_COMMAND} -G ${CMAKE_GENERATOR}
  -S ${PROJECT_SOURCE_DIR} -B ${short} ${options} -DMOTE_TLS_IN_BYTES=4096)
add_test(NAME build_short_records COMMAND ${CMAKE_COMMAND} --build ${short} -j 2
  --target http_steered_tls)
add_test(NAME interop_tls_short_records COMMAND Python3::Interpreter
  ${PROJECT_SOURCE_DIR}/tests/interop/tls_short_records_test.py ${short}/certificates ${program})
set_tests_properties(configure_short_records PROPERTIES TIMEOUT 120
  FIXTURES_SETUP short_records_configured)
set_tests_properties(build_short_records PROPERTIES TIMEOUT 600
  FIXTURES_REQUIRED short_records_configured FIXTURES_SETUP short_records_built)
set_tests_properties(interop_tls_short_records PROPERTIES TIMEOUT 120
  FIXTURES_REQUIRED short_records_built)
if(CMAKE_CROSSCOMPILING)
  set_tests_properties(interop_tls_short_records PROPERTIES
    ENVIRONMENT MOTE_MACHINE=${machine_of_${MOTE_CPU}})
endif()
