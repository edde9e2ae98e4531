# The first process of a tool container: lifts the faults it carries when their time is up or their runner is gone.
#
# A fault is a folder with `lift`, a script that undoes it, and `until`, the epoch second its time is up. Both are
# there before the fault is; `watcher` is the process, if any, that writes what is seen of it into `seen`. The runner renews by touching `lease`, and ends the container by touching `end`.
lease_seconds=$1
home=/tmp/zeebe-chaos
mkdir -p $home/faults
touch $home/lease

lift_where() {
  for fault in $home/faults/*/; do
    [ -d "$fault" ] || continue
    if "$1" "$fault"; then
      [ ! -e "$fault/watcher" ] || kill "$(cat "$fault/watcher")"
      bash "$fault/lift" && rm -rf "$fault" && echo "lifted ${fault}by itself: $2"
    fi
  done
}
always() { true; }
is_over() { [ "$(date +%s)" -ge "$(cat "$1/until")" ]; }

# Its pod is deleted: nobody waits for the grace period of a container that has nothing to end.
trap 'lift_where always "its pod ends"; exit 0' TERM

while sleep 1; do
  if [ -e $home/end ]; then
    lift_where always 'the run ended'
    exit 0
  fi
  age=$(($(date +%s) - $(stat -c %Y $home/lease)))
  if [ $age -gt "$lease_seconds" ]; then
    lift_where always "no renewal for $age s"
    exit 0
  fi
  lift_where is_over 'its time is up'
done
