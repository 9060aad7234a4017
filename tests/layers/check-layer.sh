#!/bin/sh
# check-layer.sh PROGRAM LIBRARY…: fails where PROGRAM needs a shared library that is not named.
program=$1
shift
needed=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*\]/\1/p')
[ -n "$needed" ] || {
  echo "readelf found nothing that $program needs: no verdict"
  exit 1
}
status=0
for library in $needed; do
  case " $* libgcc_s ld-linux-x86-64 ld-linux-aarch64 libasan libubsan libtsan " in
    *" $library "*) ;;
    *)
      echo "$program needs $library, which its layer may not use"
      status=1
      ;;
  esac
done
exit $status
