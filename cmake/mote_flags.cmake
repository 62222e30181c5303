# SPDX-License-Identifier: MIT
# mote::flags: how Mote compiles its own sources, those of its ports too when an installed package
# compiles them. Private to Mote; nothing of it reaches a user's targets.

add_library(mote_flags INTERFACE)
add_library(mote::flags ALIAS mote_flags)
set_target_properties(mote_flags PROPERTIES EXPORT_NAME flags)
target_compile_features(mote_flags INTERFACE cxx_std_17)
target_compile_options(mote_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti -fno-threadsafe-statics>
  -ffunction-sections -fdata-sections)

# What breaks the build here must not break a user's build with another compiler.
add_library(mote_strict INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(mote_strict INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
    # Hot loops ask GCC for -O2 by an attribute that Clang does not know.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-unknown-attributes>)
endif()
