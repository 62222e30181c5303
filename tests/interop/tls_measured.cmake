# SPDX-License-Identifier: MIT
# The image that `./dev sizes --tls` builds and runs with one configuration after the other.
set(MOTE_TLS_MEASURED "${certificates}/root.pem;40960;8192" CACHE STRING
  "Root, bytes of arena and of stack of the image that measures TLS")
list(GET MOTE_TLS_MEASURED 0 root)
list(GET MOTE_TLS_MEASURED 1 arena)
list(GET MOTE_TLS_MEASURED 2 stack)
mote_board_image(tls_measured SOURCES tls_measured.cpp
  LIBRARIES mote::ws mote::small_port STACK ${stack})
mote_use_tls(tls_measured ROOTS ${root} ARENA ${arena})
set_target_properties(tls_measured PROPERTIES EXCLUDE_FROM_ALL TRUE)
