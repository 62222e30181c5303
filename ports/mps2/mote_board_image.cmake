# SPDX-License-Identifier: MIT
# mote_board_image(NAME SOURCES file... [LIBRARIES target...] [STACK bytes] [RAM bytes]): the
# program NAME.elf for this board, with NAME.bin, NAME.hex and NAME.map beside it. It has no heap: one
# that asks for memory does not link.
function(mote_board_image name)
  cmake_parse_arguments(image "" "STACK;RAM" "SOURCES;LIBRARIES" ${ARGN})
  set(script ${mote_mps2_folder}/mps2.ld)
  add_executable(${name} ${image_SOURCES})
  target_link_libraries(${name} PRIVATE ${image_LIBRARIES} mote_mps2
    $<BUILD_INTERFACE:mote_flags> $<BUILD_INTERFACE:mote_strict>)
  set_target_properties(${name} PROPERTIES SUFFIX .elf LINK_DEPENDS ${script})
  target_link_options(${name} PRIVATE -T${script}
    -Wl,-Map=$<TARGET_FILE_DIR:${name}>/${name}.map -Wl,--cref)
  if(image_STACK)
    target_link_options(${name} PRIVATE -Wl,--defsym=mote_stack_bytes=${image_STACK})
  endif()
  if(image_RAM)
    target_link_options(${name} PRIVATE -Wl,--defsym=mote_ram_bytes=${image_RAM})
  endif()
  set(stem $<TARGET_FILE_DIR:${name}>/${name})
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND ${CMAKE_OBJCOPY} -O binary ${stem}.elf ${stem}.bin
    COMMAND ${CMAKE_OBJCOPY} -O ihex ${stem}.elf ${stem}.hex)
endfunction()
set(mote_mps2_folder ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "Where the board's files are")
