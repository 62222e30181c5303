# SPDX-License-Identifier: MIT
# mote_embed_assets(TARGET FOLDER [NAMESPACE name] [KEEP_PLAIN] [CACHE_CONTROL value]): compiles the
# files of FOLDER, and of the folders in it, into TARGET as constants, made again whenever one of them
# changes, comes or goes. TARGET gets the header NAME.hpp with
#   NAME::folder      an http::AssetFolder of all of them: {"GET", "/*", NAME::folder}
#   NAME::table       the same as an array of http::Asset, by path
#   NAME::index_html  each of them by its path, where all but letters and digits becomes `_`
# NAMESPACE       NAME; else what FOLDER is called
# KEEP_PLAIN      what gzip makes smaller is kept plain as well, for clients that do not unpack it
# CACHE_CONTROL   what Cache-Control says; else no-cache
# Files whose names begin with a dot or end in ~ are left out. It needs Python 3, nothing else; and it
# is called where TARGET is made.
function(mote_embed_assets target folder)
  cmake_parse_arguments(embed "KEEP_PLAIN" "NAMESPACE;CACHE_CONTROL" "" ${ARGN})
  if(embed_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mote_embed_assets: nobody knows ${embed_UNPARSED_ARGUMENTS}")
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  get_filename_component(folder ${folder} ABSOLUTE)
  if(NOT IS_DIRECTORY ${folder})
    message(FATAL_ERROR "mote_embed_assets: there is no folder ${folder}")
  endif()
  if(NOT embed_NAMESPACE)
    get_filename_component(embed_NAMESPACE ${folder} NAME)
    string(MAKE_C_IDENTIFIER ${embed_NAMESPACE} embed_NAMESPACE)
  endif()
  set(options)
  if(embed_KEEP_PLAIN)
    list(APPEND options --keep-plain)
  endif()
  if(DEFINED embed_CACHE_CONTROL)
    list(APPEND options "--cache-control=${embed_CACHE_CONTROL}")
  endif()

  file(GLOB_RECURSE paths CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*)
  list(FILTER paths EXCLUDE REGEX "(^|/)[.][^/]*$|~$")
  list(TRANSFORM paths PREPEND ${folder}/ OUTPUT_VARIABLE files)
  string(REPLACE "::" "_" name ${embed_NAMESPACE})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/assets_of_${target}/${name})
  # A file that went leaves nothing behind that is newer: the list does.
  list(JOIN paths "\n" lines)
  file(GENERATE OUTPUT ${out}/files.txt CONTENT "${lines}\n")
  set(tool ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_assets.py)
  add_custom_command(OUTPUT ${out}/${name}.hpp ${out}/${name}.cpp
    COMMAND Python3::Interpreter ${tool} --folder ${folder} --list ${out}/files.txt --out ${out}
      --namespace ${embed_NAMESPACE} ${options}
    DEPENDS ${tool} ${out}/files.txt ${files}
    COMMENT "Embedding ${embed_NAMESPACE}" VERBATIM)
  target_sources(${target} PRIVATE ${out}/${name}.hpp ${out}/${name}.cpp)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${out}>)
  # As properties: target_link_libraries() with PUBLIC does not go with a call without, or vice versa.
  set_property(TARGET ${target} APPEND PROPERTY LINK_LIBRARIES mote::http)
  set_property(TARGET ${target} APPEND PROPERTY INTERFACE_LINK_LIBRARIES mote::http)
endfunction()
