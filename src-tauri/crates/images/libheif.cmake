# CMake variables for the libheif that libheif-sys builds from its own sources (see .cargo/config.toml).
#
# libheif-sys switches every codec on and takes whichever libraries the build machine happens to have. Here only two
# are taken, libde265 for HEVC and dav1d for AV1: fewer libraries read foreign bytes, every machine builds the same,
# and no second libjpeg comes in beside the one of turbojpeg-sys. Cargo does not notice a change of this file:
# `cargo clean -p libheif-sys` makes it count.
foreach(package AOM RAV1E SvtEnc X264 OpenH264 X265 kvazaar UVG266 vvdec vvenc JPEG OpenJPEG OPENJPH FFMPEG
        libsharpyuv Brotli ZLIB Doxygen)
  set(CMAKE_DISABLE_FIND_PACKAGE_${package} TRUE)
endforeach()
