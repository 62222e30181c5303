# SPDX-License-Identifier: MIT
# mote_install: what `cmake --install` puts where, for find_package(mote).
#   lib/            the rooms, compiled; lib/cmake/mote/ their names
#   include/mote/   the headers of the rooms
#   share/mote/     the ports, as sources: they are compiled with the settings of each firmware; and
#                   mote_embed_assets() and mote_embed_certificates()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY MOTE_ROOMS)
list(TRANSFORM rooms PREPEND mote_)
set(mote_package ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
set(mote_share ${CMAKE_INSTALL_DATADIR}/mote)

install(TARGETS ${rooms} mote_flags EXPORT mote-targets)
install(EXPORT mote-targets NAMESPACE mote:: DESTINATION ${mote_package})
install(DIRECTORY stack/mote DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY ports/lwip ports/mbedtls DESTINATION ${mote_share}/ports
  PATTERN CMakeLists.txt EXCLUDE PATTERN config EXCLUDE PATTERN tls_config EXCLUDE
  PATTERN include EXCLUDE PATTERN "tls*.cmake" EXCLUDE PATTERN "*_roots.cpp" EXCLUDE)
install(FILES cmake/mote_embed_assets.cmake cmake/embed_assets.py
  cmake/mote_embed_certificates.cmake cmake/embed_certificates.py
  DESTINATION ${mote_share}/cmake)

configure_package_config_file(cmake/mote-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/mote-config.cmake
  INSTALL_DESTINATION ${mote_package} PATH_VARS mote_share)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/mote-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mote-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/mote-config-version.cmake DESTINATION ${mote_package})
