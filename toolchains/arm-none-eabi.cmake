# SPDX-License-Identifier: MIT
# GCC for Cortex-M with picolibc, or with newlib-nano where there is no picolibc.
#   MOTE_CPU   cortex-m3 (default), cortex-m4 or cortex-m7
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MOTE_CPU MOTE_LIBC_SPECS)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(MOTE_CPU cortex-m3 CACHE STRING "Processor: cortex-m3, cortex-m4 or cortex-m7")
set(mote_float_of_cortex-m3 "-mfloat-abi=soft")
set(mote_float_of_cortex-m4 "-mfpu=fpv4-sp-d16 -mfloat-abi=hard")
set(mote_float_of_cortex-m7 "-mfpu=fpv5-d16 -mfloat-abi=hard")

if(NOT DEFINED MOTE_LIBC_SPECS)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=picolibc.specs
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(IS_ABSOLUTE "${found}")
    set(MOTE_LIBC_SPECS picolibc.specs)
  else()
    set(MOTE_LIBC_SPECS nano.specs)
  endif()
endif()

string(CONCAT flags "--specs=${MOTE_LIBC_SPECS} -mcpu=${MOTE_CPU} -mthumb "
  "${mote_float_of_${MOTE_CPU}} -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${flags}")
# Neither is needed where nothing is destroyed at the end, and both would want a heap.
set(CMAKE_CXX_FLAGS_INIT "${flags} -fno-exceptions -fno-rtti -fno-threadsafe-statics")
set(CMAKE_ASM_FLAGS_INIT "${flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostartfiles -Wl,--gc-sections")
