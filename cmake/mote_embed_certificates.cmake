# SPDX-License-Identifier: MIT
# mote_embed_certificates(TARGET FILE [NAMESPACE name] [ONLY name...] [KEY file]): compiles
# certificates into TARGET as constants in DER, which lie in flash and are copied nowhere. FILE has any
# number of them in PEM, or one in DER. TARGET gets the header NAME.hpp with
#   NAME::certificates   an array of mote::ByteView: roots for a Trust, or the chain of an Identity
#   NAME::key            with KEY: the private key, which is in PEM without a password, or in DER
# NAMESPACE   NAME; else what FILE is called
# ONLY        of a bundle those whose common name (else organisation, or unit) is one of these. One that
#             the bundle does not have ends the build; one that is expired is warned of.
# It needs Python 3, nothing else; and it is called where TARGET is made.
function(mote_embed_certificates target file)
  cmake_parse_arguments(embed "" "NAMESPACE;KEY" "ONLY" ${ARGN})
  if(embed_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mote_embed_certificates: nobody knows ${embed_UNPARSED_ARGUMENTS}")
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  get_filename_component(file ${file} ABSOLUTE)
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "mote_embed_certificates: there is no file ${file}")
  endif()
  if(NOT embed_NAMESPACE)
    get_filename_component(embed_NAMESPACE ${file} NAME_WE)
    string(MAKE_C_IDENTIFIER ${embed_NAMESPACE} embed_NAMESPACE)
  endif()
  set(options)
  foreach(name IN LISTS embed_ONLY)
    list(APPEND options "--only=${name}")
  endforeach()
  if(embed_KEY)
    get_filename_component(embed_KEY ${embed_KEY} ABSOLUTE)
    list(APPEND options --key ${embed_KEY})
  endif()
  string(REPLACE "::" "_" name ${embed_NAMESPACE})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/certificates_of_${target}/${name})
  set(tool ${mote_embed_certificates_folder}/embed_certificates.py)
  file(MAKE_DIRECTORY ${out})
  add_custom_command(OUTPUT ${out}/${name}.hpp ${out}/${name}.cpp
    COMMAND Python3::Interpreter ${tool} --pem ${file} --out ${out} --namespace ${embed_NAMESPACE}
      ${options}
    DEPENDS ${tool} ${file} ${embed_KEY}
    COMMENT "Embedding ${embed_NAMESPACE}" VERBATIM)
  target_sources(${target} PRIVATE ${out}/${name}.hpp ${out}/${name}.cpp)
  target_include_directories(${target} PRIVATE ${out})
  set_property(TARGET ${target} APPEND PROPERTY LINK_LIBRARIES mote::base)
endfunction()
set(mote_embed_certificates_folder ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL
  "Where mote_embed_certificates() has its tool")
