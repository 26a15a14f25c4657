#!/usr/bin/env bash
# Fails a pipeline whose Terraform plan would bring a leaver back.
#
#   guard.sh LEAVERS PLAN_JSON [OPTION...]
#
# LEAVERS is a subjects file, or a hashed one with its key in IAC_OFFBOARD_ROSTER_KEY; PLAN_JSON is
# what `terraform show -json PLANFILE` printed; further options go to guard as they are, e.g.
# --exceptions FILE. Writes $OUT/guard.sarif and $OUT/guard.md (offboard unless set); the latter
# is the summary of a job of GitHub Actions, too. Ends with the exit code of guard.
set -euo pipefail
umask 077 # what is found names resources of people

if [ "$#" -lt 2 ]; then
  echo "usage: guard.sh LEAVERS PLAN_JSON [OPTION...]" >&2
  exit 2
fi
leavers=$1
plan=$2
shift 2
out=${OUT:-offboard}
mkdir -p "$out"

found=0
iac-offboard guard --subjects "$leavers" --plan-json "$plan" "$@" \
  --format sarif >"$out/guard.sarif" || found=$?
if [ "$found" -ne 2 ]; then
  iac-offboard guard --subjects "$leavers" --plan-json "$plan" "$@" \
    --format markdown >"$out/guard.md" || true
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$out/guard.md" >>"$GITHUB_STEP_SUMMARY"
  fi
fi

case $found in
  0)
    echo "This plan brings no leaver back."
    ;;
  1)
    echo "This plan would bring a leaver back. See $out/guard.md." >&2
    ;;
  3)
    echo "What this plan brings back is not known in every place: no all-clear. See $out/guard.md." >&2
    ;;
  *)
    echo "The guard failed (exit $found)." >&2
    ;;
esac
exit "$found"
