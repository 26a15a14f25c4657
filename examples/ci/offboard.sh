#!/usr/bin/env bash
# Fails a pipeline while a leaver still has access, and leaves the removal behind for review.
#
#   offboard.sh LEAVERS DIR [OPTION...]
#
# LEAVERS is a subjects file, DIR a root module or a repository; further options go to scan and
# plan as they are, e.g. --live aws. The findings go to $OUT/findings.sarif, the plan, the patch
# and the report to $OUT (offboard unless set). Ends with the exit code of the scan.
set -euo pipefail
umask 077 # findings and plans name people and what they may do

if [ "$#" -lt 2 ]; then
  echo "usage: offboard.sh LEAVERS DIR [OPTION...]" >&2
  exit 2
fi
leavers=$1
directory=$2
shift 2
out=${OUT:-offboard}
mkdir -p "$out"

found=0
iac-offboard scan --subjects "$leavers" --terraform "$directory" "$@" \
  --format sarif >"$out/findings.sarif" || found=$?

case $found in
  0)
    echo "No binding of a leaver was found."
    ;;
  1)
    planned=0
    iac-offboard plan --subjects "$leavers" --terraform "$directory" "$@" \
      --out "$out" --format markdown || planned=$?
    if [ "$planned" -ne 0 ]; then
      echo "The plan is not complete (exit $planned)." >&2
    fi
    echo "A leaver still has access. Review $out/report.md and $out/removal.patch." >&2
    ;;
  3)
    echo "Something could not be read: that is no all-clear. See $out/findings.sarif." >&2
    ;;
  *)
    echo "The scan failed (exit $found)." >&2
    ;;
esac
exit "$found"
