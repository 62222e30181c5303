# SPDX-License-Identifier: MIT
# mote_room(NAME SOURCES file... DEPENDS room...): one room of the stack as the library mote::NAME.
# A room without SOURCES has headers only.
function(mote_room name)
  cmake_parse_arguments(room "" "" "SOURCES;DEPENDS" ${ARGN})
  list(TRANSFORM room_DEPENDS PREPEND "mote::")
  if(room_SOURCES)
    add_library(mote_${name} STATIC ${room_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(mote_${name} PRIVATE
      $<BUILD_INTERFACE:mote_flags> $<BUILD_INTERFACE:mote_strict>)
  else()
    add_library(mote_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(mote::${name} ALIAS mote_${name})
  set_target_properties(mote_${name} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY MOTE_ROOMS ${name})
  target_compile_features(mote_${name} ${scope} cxx_std_17)
  target_include_directories(mote_${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/stack> $<INSTALL_INTERFACE:include>)
  target_link_libraries(mote_${name} ${scope} ${room_DEPENDS})
endfunction()
