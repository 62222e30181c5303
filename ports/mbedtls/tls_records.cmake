# SPDX-License-Identifier: MIT
# mote_tls_with_records(VARIABLE IN bytes OUT bytes): the name of a library like mote_mbedtls_tls, with
# its own ssl_*.c of Mbed TLS for records of these sizes; made when it is asked for the first time.
function(mote_tls_with_records variable in out)
  set(${variable} mote_mbedtls_tls PARENT_SCOPE)
  if(in EQUAL MOTE_TLS_IN_BYTES AND out EQUAL MOTE_TLS_OUT_BYTES)
    return()
  endif()
  set(suffix _${in}_${out})
  set(${variable} mote_mbedtls_tls${suffix} PARENT_SCOPE)
  if(TARGET mote_mbedtls_tls${suffix})
    return()
  endif()
  foreach(target mote_mbedtls_whole mote_mbedtls_tls)
    mote_tls_copy(${target} ${suffix} ${in} ${out})
  endforeach()
  # Certificates and cryptography know nothing of records: they are those of the build tree.
  get_target_property(sources mote_mbedtls_whole${suffix} SOURCES)
  list(FILTER sources INCLUDE REGEX "/ssl_[^/]*$")
  set_target_properties(mote_mbedtls_whole${suffix} PROPERTIES SOURCES "${sources}"
    INTERFACE_LINK_LIBRARIES $<LINK_ONLY:mote_mbedtls_whole>)
endfunction()

# Everything of TARGET but the sizes, as TARGET with the suffix.
function(mote_tls_copy target suffix in out)
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  set(copy ${target}${suffix})
  add_library(${copy} STATIC)
  foreach(source ${sources})
    if(source MATCHES "[.](c|cpp)$")
      get_filename_component(path ${source} ABSOLUTE BASE_DIR ${folder})
      # What a folder says of its sources is not known in others.
      get_source_file_property(options ${path} TARGET_DIRECTORY ${target} COMPILE_OPTIONS)
      if(options)
        set_source_files_properties(${path} PROPERTIES COMPILE_OPTIONS "${options}")
      endif()
      set(source ${path})
    endif()
    target_sources(${copy} PRIVATE ${source})
  endforeach()
  foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS LINK_LIBRARIES
                   INTERFACE_INCLUDE_DIRECTORIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES
                   INTERFACE_COMPILE_DEFINITIONS INTERFACE_LINK_LIBRARIES MOTE_TLS_ARENA_BYTES)
    get_target_property(value ${target} ${property})
    if(value)
      string(REGEX REPLACE "MOTE_TLS_IN_BYTES=[0-9]+" "MOTE_TLS_IN_BYTES=${in}" value "${value}")
      string(REGEX REPLACE "MOTE_TLS_OUT_BYTES=[0-9]+" "MOTE_TLS_OUT_BYTES=${out}" value "${value}")
      string(REPLACE mote_mbedtls_whole mote_mbedtls_whole${suffix} value "${value}")
      set_property(TARGET ${copy} PROPERTY ${property} "${value}")
    endif()
  endforeach()
  set_target_properties(${copy} PROPERTIES EXCLUDE_FROM_ALL TRUE)
endfunction()
