# SPDX-License-Identifier: MIT
# The image that `./dev sizes --tls` builds and runs with one configuration after the other, which says
# its root, its bytes of arena and of stack. With everything that Mbed TLS can do it must fit, too, with
# records of 16 KiB into 52 KB of RAM and with 4 KiB into 36.
set(measured ${MOTE_TLS_MEASURED_IMAGE})
if(NOT measured)
  set(measured ${certificates}/root.pem 32768 4096)
endif()
list(GET measured 0 root)
list(GET measured 1 arena)
list(GET measured 2 stack)

function(mote_tls_measured name stack)
  mote_board_image(${name} SOURCES tls_measured.cpp
    LIBRARIES mote::ws mote::small_port STACK ${stack})
  mote_use_tls(${name} ROOTS ${root} ${ARGN})
endfunction()
mote_tls_measured(tls_measured ${stack} ARENA ${arena})
mote_tls_measured(tls_measured_short 4096 ARENA 16640 IN 4096)
mote_interop_test(tls_measured tls_measured_test.py tls_measured ${certificates}
  36864 $<TARGET_FILE:tls_measured_short> 53248)
