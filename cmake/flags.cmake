# Warnings, hardening and sanitizers as one INTERFACE target that every room links.
add_library(exhibit_flags INTERFACE)
target_compile_options(exhibit_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -fstack-protector-strong -fno-omit-frame-pointer)
# Checks stay on in release builds: an index past the end of a span aborts instead of reading on.
target_compile_definitions(exhibit_flags INTERFACE
  _GLIBCXX_ASSERTIONS EXHIBIT_VERSION="${PROJECT_VERSION}")
target_include_directories(exhibit_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(EXHIBIT_SANITIZE)
  target_compile_options(exhibit_flags INTERFACE -fsanitize=${EXHIBIT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(exhibit_flags INTERFACE -fsanitize=${EXHIBIT_SANITIZE})
  # clang 14 cannot emit this check for coroutines ("difference across sections"); g++ does not know it.
  if(EXHIBIT_SANITIZE MATCHES undefined AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(exhibit_flags INTERFACE -fno-sanitize=function)
  endif()
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(exhibit_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(EXHIBIT_FUZZ)
  target_compile_options(exhibit_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_options(exhibit_flags INTERFACE -Wl,-z,relro,-z,now)
