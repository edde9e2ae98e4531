#!/bin/bash
# Makes a class-data archive (JEP 350) in a root file system that holds Zeebe: a broker with an embedded gateway is
# started once, and on its end the JVM writes the classes it has loaded and verified to a file that later starts map.
#
# The archive is bound to an exact class path. Zeebe's own has a folder in it, which archives do not allow, and a
# wildcard, whose order depends on the file system; so both scripts get the same jars in a fixed order. The folder,
# config, is found without the class path: by Spring in the working directory, by Log4j through a property.
set -euo pipefail
root=$1
zeebe=$root/usr/local/zeebe

for script in broker gateway; do
  [ "$(grep -c '^CLASSPATH="$BASEDIR"/config:"$REPO"/\*$' "$zeebe/bin/$script")" = 1 ] ||
    { echo "bin/$script was expected to set its class path once, as Zeebe 8.5 and 8.6 do"; exit 1; }
  sed -i 's|^CLASSPATH="$BASEDIR"/config:"$REPO"/\*$|CLASSPATH=$(cat "$BASEDIR/classpath")|' "$zeebe/bin/$script"
done
(cd "$root" && printf '%s:' usr/local/zeebe/lib/*.jar | sed 's|usr/local|/usr/local|g; s|:$||') >"$zeebe/classpath"

ip link set lo up
mount -t proc proc "$root/proc"
log=$root/tmp/class-data-archive.log
options="-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit=/usr/local/zeebe/zeebe.jsa"
# Java 21 of Debian knows its own way; nothing of the host's environment may leak into the archive.
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin JAVA_OPTS="$options -Dlog4j2.configurationFile=/usr/local/zeebe/config/log4j2.xml" \
  chroot "$root" /bin/bash -c 'cd /usr/local/zeebe && exec bin/broker' >"$log" 2>&1 &
broker=$!
for _ in $(seq 1200); do
  grep -q 'Broker is ready' "$log" && break
  kill -0 $broker 2>/dev/null || break
  sleep 0.1
done
grep -q 'Broker is ready' "$log" || { tail -3 "$log"; exit 1; }
kill -TERM $broker
wait $broker || true
umount "$root/proc"
rm -rf "$zeebe/data" "$zeebe/logs" "$log"
[ -s "$zeebe/zeebe.jsa" ] || { echo 'the JVM was expected to write an archive, and wrote none'; exit 1; }
